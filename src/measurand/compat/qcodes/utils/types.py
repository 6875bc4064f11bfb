"""``qcodes.utils.types``."""

from __future__ import annotations

import numpy as np

NumberType = int | float | np.integer | np.floating
complex_type_union = np.complex64 | np.complex128 | np.complexfloating | complex

numpy_concrete_ints = (np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64)
numpy_c_ints = (np.byte, np.short, np.intc, np.int_, np.longlong, np.ubyte, np.ushort, np.uintc, np.uint, np.ulonglong)
numpy_non_concrete_ints_instantiable = (np.int_, np.uint)
numpy_ints = (*numpy_concrete_ints, *numpy_c_ints, *numpy_non_concrete_ints_instantiable)
numpy_concrete_floats = (np.float16, np.float32, np.float64)
numpy_c_floats = (np.half, np.single, np.double)
numpy_floats = (*numpy_concrete_floats, *numpy_c_floats)
numpy_concrete_complex = (np.complex64, np.complex128)
numpy_c_complex = (np.csingle, np.cdouble)
numpy_complex = (*numpy_concrete_complex, *numpy_c_complex)
concrete_complex_types = (*numpy_concrete_complex, complex)
complex_types = (*numpy_concrete_complex, complex)
