import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.standard.codes import IdKind, IdState, Sex
from anwang.standard.identity import (
    LETTER_CODES,
    agrees,
    check_digit,
    complete,
    is_valid,
    read_id_number,
    sex_of,
)

LETTERS = "".join(sorted(LETTER_CODES))
first_nine = st.builds(
    lambda a, b, n: f"{a}{b}{n:07d}",
    st.sampled_from(LETTERS),
    st.sampled_from("1289ABCD"),
    st.integers(0, 9_999_999),
)


def read(text):
    number = read_id_number(text)
    assert number is not None
    return number


@pytest.mark.parametrize(
    ("text", "kind", "sex"),
    [
        ("A123456789", IdKind.NATIONAL, Sex.MALE),
        ("A800000014", IdKind.RESIDENT_NEW, Sex.MALE),
        ("A900207177", IdKind.RESIDENT_NEW, Sex.FEMALE),
        ("AA00000009", IdKind.RESIDENT_OLD, Sex.MALE),
        ("AB00207171", IdKind.RESIDENT_OLD, Sex.FEMALE),
        ("AC03095424", IdKind.RESIDENT_OLD, Sex.MALE),
        ("HD02717288", IdKind.RESIDENT_OLD, Sex.FEMALE),
    ],
)
def test_published_examples_of_each_form(text, kind, sex):
    number = read(text)
    assert (number.kind, number.state, sex_of(number)) == (kind, IdState.VALID, sex)


def test_letter_codes_are_those_of_the_register():
    assert LETTER_CODES["A"] == 10
    assert LETTER_CODES["G"] == 16
    assert LETTER_CODES["I"] == 34
    assert LETTER_CODES["O"] == 35
    assert LETTER_CODES["W"] == 32
    assert LETTER_CODES["X"] == 30
    assert sorted(LETTER_CODES.values()) == list(range(10, 36))


@pytest.mark.parametrize(
    "written",
    ["ａ１２３４５６７８９", " a12345678 9 ", "A123-456-789", "A12345678９", "身分證字號：A123456789"],
)
def test_width_case_and_separators_do_not_matter(written):
    number = read(written)
    assert (number.text, number.state, number.raw) == ("A123456789", IdState.VALID, written)


def test_a_letter_for_a_digit_is_put_right_only_when_the_check_digit_then_agrees():
    assert read("AI23456789").text == "A123456789"
    assert read("A12345678O").state is IdState.UNREADABLE
    assert read("A12345678O").text == "A12345678O"
    assert (
        read("0100000003").state is IdState.UNREADABLE
    )  # as O100000003 its check digit would still be wrong


def test_a_digit_for_the_letter_is_put_right_only_when_the_check_digit_then_agrees():
    right = complete("I12345678")
    assert read("1" + right[1:]).text == right


@pytest.mark.parametrize(
    ("written", "text", "kind"),
    [
        ("B102*****1", "B102*****1", IdKind.NATIONAL),
        ("A12345○○○○", "A12345****", IdKind.NATIONAL),
        ("A1234XXXXX", "A1234*****", IdKind.NATIONAL),
        ("Ｘ１２３＊＊＊＊８９", "X123****89", IdKind.NATIONAL),
        ("B10***01", "B10*****01", IdKind.NATIONAL),
        ("末4碼1234", "******1234", None),
        ("後四碼：1234", "******1234", None),
        ("******6789", "******6789", None),
    ],
)
def test_masks_are_partial_evidence(written, text, kind):
    number = read(written)
    assert (number.text, number.kind, number.state) == (text, kind, IdState.MASKED)


def test_a_mask_that_fits_no_form_stays_unreadable():
    number = read("AB*1*")
    assert (number.state, number.text, number.kind) == (IdState.UNREADABLE, "AB*1*", None)
    assert read("A12345678901*").state is IdState.UNREADABLE


@pytest.mark.parametrize("empty", [None, "", "  ", "無", "不詳", "**********", "N/A"])
def test_nothing_written_is_none(empty):
    assert read_id_number(empty) is None


def test_a_lost_letter_is_unreadable_but_kept():
    number = read("123456789")
    assert (number.text, number.state, number.kind, sex_of(number)) == (
        "123456789",
        IdState.UNREADABLE,
        None,
        None,
    )


def test_a_wrong_second_digit_is_a_failed_check_without_kind():
    number = read("C027022116")
    assert (number.state, number.kind, sex_of(number)) == (IdState.CHECK_FAILED, None, None)


def test_sex_is_unknown_when_hidden_or_missing():
    assert sex_of(None) is None
    assert sex_of(read("A*23456789")) is None
    assert sex_of(read("AC1*******")) is Sex.MALE


@given(first_nine)
def test_a_completed_number_is_valid_and_every_other_check_digit_is_not(stem):
    right = complete(stem)
    assert read(right).state is IdState.VALID
    for digit in "0123456789":
        assert is_valid(stem + digit) is (digit == right[9])


@given(first_nine, st.integers(1, 8), st.integers(1, 9))
def test_one_mistyped_digit_is_found_out(stem, place, shift):
    right = complete(stem)
    if not right[place].isdigit() or place == 1:
        return
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    weight = 9 - place
    if (shift * weight) % 10 == 0:
        return  # a shift by 5 under an even weight is what the check digit cannot see
    assert read(wrong).state is IdState.CHECK_FAILED


@pytest.mark.parametrize("stem", ["", "A1234567", "A323456789", "AE1234567", "112345678"])
def test_check_digit_refuses_what_is_no_beginning(stem):
    with pytest.raises(ValueError, match="not the first nine"):
        check_digit(stem)


def test_a_masked_number_agrees_with_every_number_it_may_be():
    assert agrees(read("A12*******"), read("A123456789"))
    assert not agrees(read("A13*******"), read("A123456789"))
    assert not agrees(read("123456789"), read("A123456789"))


@given(st.text(max_size=14))
def test_anything_can_be_read_without_error_and_keeps_its_raw_text(text):
    number = read_id_number(text)
    assert number is None or number.raw == text
