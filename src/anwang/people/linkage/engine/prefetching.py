"""Asking the memory for a row before it is needed, without waiting for it."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

_READ, _KEEP, _DATA = 0, 3, 1  # the arguments of LLVM's `llvm.prefetch`


@intrinsic
def prefetch(typing: Any, table: Any, row: Any, word: Any) -> Any:
    """Asks for the cache line of `table[row, word]`. The row must be one of the table's."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = signature.args[0]
        array = context.make_array(of)(context, builder, given[0])
        shape = cgutils.unpack_tuple(builder, array.shape, of.ndim)
        strides = cgutils.unpack_tuple(builder, array.strides, of.ndim)
        at = cgutils.get_item_pointer2(context, builder, array.data, shape, strides, of.layout, given[1:])
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        ask = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(ask, [builder.bitcast(at, byte), number(_READ), number(_KEEP), number(_DATA)])
        return context.get_dummy_value()

    return types.void(table, types.intp, types.intp), generate
