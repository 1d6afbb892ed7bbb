import pytest
from hypothesis import given
from hypothesis import strategies as st

from anwang.standard.phones import read_phones


def digits(text, **how):
    return [phone.digits for phone in read_phones(text, **how)]


@pytest.mark.parametrize(
    "written",
    ["0912345678", "0912-345-678", "0912-345678", "0912 345 678", "(09)12345678", "912345678", "912-345-678", "+886912345678",
     "+886-912-345-678", "886912345678", "+886 0912345678", "０９１２－３４５６７８", 912345678, 912345678.0,
     "912345678.0", "手機：0912345678", "00886912345678"],
)  # fmt: skip
def test_spellings_of_one_mobile(written):
    (phone,) = read_phones(written)
    assert (phone.digits, phone.is_mobile) == ("0912345678", True)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("(03)5139782", "035139782"), ("03 4871044", "034871044"), ("03-2438803", "032438803"), ("39322634", "039322634"),
        ("02-23456789", "0223456789"), ("2-23456789", "0223456789"), ("037-123456", "037123456"), ("37123456", "037123456"),
        ("049-2345678", "0492345678"), ("082-123456", "082123456"), ("0826-12345", "082612345"), ("0836-12345", "083612345"),
        ("089-123456", "089123456"), ("04-23456789", "0423456789"), ("04-7234567", "047234567"), ("07-1234567", "071234567"),
        ("+886-3-9322634", "039322634"), ("0800-123-456", "0800123456"), ("070-1234567", "0701234567"),
        ("零三九三二二六三四", "039322634"), ("〇三九三二二六三四", "039322634"),
    ],
)  # fmt: skip
def test_landlines_of_all_areas(written, number):
    (phone,) = read_phones(written)
    assert (phone.digits, phone.is_mobile) == (number, False)


@pytest.mark.parametrize(
    "written",
    ["03-9322634#12", "039322634轉12", "(03)9322634 分機12", "03-9322634 ext.12", "03-9322634分機：12"],
)
def test_extensions_stand_apart(written):
    (phone,) = read_phones(written)
    assert (phone.digits, phone.extension) == ("039322634", "12")


@pytest.mark.parametrize(
    "written",
    ["0912345678、03-9322634", "0912345678/039322634", "0912345678；(03)9322634", "0912345678 039322634", "0912-345678,039322634",
     "0912345678或03-9322634", "0912345678\n03-9322634", "0912345678、039322634、0912-345-678"],
)  # fmt: skip
def test_several_numbers_in_one_cell(written):
    assert digits(written) == ["0912345678", "039322634"]


@pytest.mark.parametrize("empty", [None, "", "  ", "無", "不詳", "-"])
def test_no_number(empty):
    assert read_phones(empty) == ()


@pytest.mark.parametrize(
    "written", ["0912-345-6", "9322634", "12", "0912***678", "問鄰居", "99999999999", "070-1234-5678"]
)
def test_an_unreadable_number_keeps_its_raw_text(written):
    (phone,) = read_phones(written)
    assert (phone.raw, phone.digits, phone.is_mobile) == (written, "", False)


def test_a_local_number_needs_the_area():
    assert digits("9322634", area="03") == ["039322634"]
    assert digits("12345", area="03") == [""]


@given(st.integers(0, 99_999_999), st.sampled_from(["{}", "{}-{}", "({}){}", "{} {}"]))
def test_every_mobile_is_read_with_and_without_its_zero(number, form):
    full = f"09{number:08d}"
    written = form.format(full[:4], full[4:]) if form != "{}" else full
    assert digits(written) == [full]
    assert digits(written.replace("0", "", 1)) == [full]


@given(st.text(max_size=20))
def test_anything_can_be_read(text):
    for phone in read_phones(text):
        assert phone.digits == "" or (phone.digits.startswith("0") and phone.digits.isdigit())
