#include "numpy_dtypes.hpp"

#include <array>
#include <atomic>

namespace minloc {
namespace {

// By type number.
constexpr auto kernel_dtype = [] {
  std::array<signed char, NPY_NTYPES_LEGACY> table{};
  table.fill(-1);
  const auto set = [&](int number, DType dtype) {
    table[number] = static_cast<signed char>(dtype);
  };
  const auto integer = [&](int number, std::size_t size, bool is_signed) {
    const DType of_size[2][4] = {{DType::uint8, DType::uint16, DType::uint32, DType::uint64},
                                 {DType::int8, DType::int16, DType::int32, DType::int64}};
    set(number, of_size[is_signed][size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3]);
  };
  integer(NPY_BYTE, sizeof(npy_byte), true), integer(NPY_UBYTE, sizeof(npy_ubyte), false);
  integer(NPY_SHORT, sizeof(npy_short), true), integer(NPY_USHORT, sizeof(npy_ushort), false);
  integer(NPY_INT, sizeof(npy_int), true), integer(NPY_UINT, sizeof(npy_uint), false);
  integer(NPY_LONG, sizeof(npy_long), true), integer(NPY_ULONG, sizeof(npy_ulong), false);
  integer(NPY_LONGLONG, sizeof(npy_longlong), true);
  integer(NPY_ULONGLONG, sizeof(npy_ulonglong), false);
  set(NPY_BOOL, DType::boolean);
  set(NPY_HALF, DType::float16), set(NPY_FLOAT, DType::float32), set(NPY_DOUBLE, DType::float64);
  set(NPY_LONGDOUBLE, DType::longdouble), set(NPY_CFLOAT, DType::complex64);
  set(NPY_CDOUBLE, DType::complex128), set(NPY_CLONGDOUBLE, DType::clongdouble);
  set(NPY_DATETIME, DType::time), set(NPY_TIMEDELTA, DType::time);
  return table;
}();

// Whether the dtype of this number, a user's, is ml_dtypes' bfloat16, which is known by its name.
bool is_bfloat16(PyArray_Descr* descr, int number) {
  static std::atomic<int> known = -1;
  if (number == known) return true;
  Ref name(PyType_GetQualName(descr->typeobj));
  Ref module(PyObject_GetAttrString(reinterpret_cast<PyObject*>(descr->typeobj), "__module__"));
  const bool named = name && module && PyUnicode_Check(module.get()) &&
                     PyUnicode_CompareWithASCIIString(name.get(), "bfloat16") == 0 &&
                     PyUnicode_CompareWithASCIIString(module.get(), "ml_dtypes") == 0 &&
                     PyDataType_ELSIZE(descr) == 2;
  PyErr_Clear();
  if (named) known = number;
  return named;
}

}  // namespace

int kernel_dtype_of(PyArray_Descr* descr) {
  const int number = descr->type_num;
  if (number >= 0 && number < NPY_NTYPES_LEGACY) return kernel_dtype[number];
  return PyTypeNum_ISUSERDEF(number) && is_bfloat16(descr, number)
             ? static_cast<int>(DType::bfloat16)
             : -1;
}

}  // namespace minloc
