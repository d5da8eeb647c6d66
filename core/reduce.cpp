#include "reduce.hpp"

#include <array>
#include <atomic>

#include "isa.hpp"
#include "own_comparison.hpp"
#include "result.hpp"
#include "run.hpp"

namespace minloc {
namespace {

// From how many bytes of input on other threads are let run meanwhile.
constexpr Index releases_gil_from = 16384;

// What the core knows of NumPy's dtypes, by type number; -1 for what has no kernels.
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

int kernel_dtype_of(PyArray_Descr* descr) {
  const int number = descr->type_num;
  if (number >= 0 && number < NPY_NTYPES_LEGACY) return kernel_dtype[number];
  return PyTypeNum_ISUSERDEF(number) && is_bfloat16(descr, number)
             ? static_cast<int>(DType::bfloat16)
             : -1;
}

bool has_nan(int dtype) {
  switch (static_cast<DType>(dtype)) {
    case DType::float16:
    case DType::bfloat16:
    case DType::float32:
    case DType::float64:
    case DType::longdouble:
    case DType::complex64:
    case DType::complex128:
    case DType::clongdouble:
    case DType::time: return true;
    default: return false;
  }
}

Array array_of(PyArrayObject* a, bool has_kernels) {
  return {PyArray_BYTES(a),   PyArray_NDIM(a),     PyArray_DIMS(a),
          PyArray_STRIDES(a), PyArray_ITEMSIZE(a), has_kernels && PyArray_ISBYTESWAPPED(a)};
}

const char* name_of(LeafChoice leaf) {
  constexpr const char* names[] = {"along",           "along_down", "along_strided", "columns",
                                   "columns_strided", "rows",       "rows_strided",  "single"};
  return names[static_cast<int>(leaf)];
}

// The error for a lane without a candidate, the `missing`th of the result.
PyObject* no_candidate_error(const Function& function, bool masked, Index missing, int ndim,
                             const Index* shape) {
  Ref where(PyUnicode_FromString(""));
  if (ndim > 0) {
    Ref index(PyTuple_New(ndim));
    for (int axis = ndim - 1; index && axis >= 0; --axis) {
      PyTuple_SetItem(index.get(), axis, PyLong_FromSsize_t(missing % shape[axis]));
      missing /= shape[axis];
    }
    if (!index) return nullptr;
    where = Ref(PyUnicode_FromFormat(", at index %S of the result", index.get()));
  }
  const char* aside = masked ? " (no element is left by the mask)" : "";
  if (!where) return nullptr;
  if (function.nan == Nan::omit)
    return PyErr_Format(PyExc_ValueError, "All-NaN slice encountered%U%s", where.get(),
                        masked ? " (elements that are masked out do not count)" : "");
  return PyErr_Format(PyExc_ValueError, "attempt to get %s of an empty sequence%U%s",
                      function.extreme, where.get(), aside);
}

}  // namespace

PyObject* reduce(const Function& function, const Arguments& arguments,
                 const MaskArgument& mask_argument) {
  bool all;
  int axis_number = 0;
  if (!parse_axis(arguments.axis, all, axis_number)) return nullptr;
  if (arguments.out && !PyArray_Check(arguments.out)) {
    PyErr_SetString(PyExc_TypeError, "output must be an array");
    return nullptr;
  }
  const int keepdims = wants_keepdims(arguments.keepdims);
  if (keepdims < 0) return nullptr;

  auto* a = reinterpret_cast<PyArrayObject*>(arguments.a);
  const int ndim = PyArray_NDIM(a);
  Axes axes;
  if (!resolve_axes(all, axis_number, ndim, axes)) return nullptr;

  PyArray_Descr* descr = PyArray_DESCR(a);
  const int dtype = kernel_dtype_of(descr);
  if (dtype < 0 && !OwnComparison::knows(descr)) {
    PyErr_SetString(PyExc_TypeError, "data type not ordered");
    return nullptr;
  }
  const Array array = array_of(a, dtype >= 0);
  Mask mask;
  Ref mask_holder;
  if (mask_argument.object && !resolve_mask(mask_argument.object, mask_argument.name,
                                            mask_argument.masked_value, array, mask, mask_holder))
    return nullptr;

  Index length = 1;
  for (int i = 0; i < axes.count; ++i) length *= array.shape[axes.list[i]];
  if (length == 0) {
    PyErr_Format(PyExc_ValueError, "attempt to get %s of an empty sequence", function.extreme);
    return nullptr;
  }

  // The result has the kept axes; under keepdims the reduced ones too, of size 1 and no step.
  Index shape[max_ndim], out_strides[max_ndim];
  int result_axis[max_ndim], result_ndim = 0, kept = 0;
  for (int axis = 0; axis < ndim; ++axis) {
    const bool reduced = axes.contains(axis);
    if (reduced && !keepdims) continue;
    if (!reduced) result_axis[kept++] = result_ndim;
    shape[result_ndim++] = reduced ? 1 : array.shape[axis];
  }
  const bool may_fail = mask.data || dtype < 0 || (function.nan == Nan::omit && has_nan(dtype));
  Result result;
  if (!result.prepare(function, a, mask_holder.get(), arguments.out, result_ndim, shape, length - 1,
                      may_fail))
    return nullptr;
  for (int i = 0; i < kept; ++i) out_strides[i] = result.strides()[result_axis[i]];

  const Index size = array.size();
  Outcome outcome{true, no_candidate};
  if (size > 0 && dtype >= 0) {
    Plan plan(array, mask, axes, out_strides, Visit::memory_order);
    plan.may_miss = may_fail;
    const Leaves& leaves =
        instruction_set().kernels->of(static_cast<DType>(dtype), function.which, function.nan);
    const WithoutGil without_gil(size * array.itemsize >= releases_gil_from);
    outcome = run(plan, leaves, array.itemsize, result.data());
  } else if (size > 0) {
    OwnComparison comparison(a, function.which, function.nan);
    const Plan plan(array, mask, axes, out_strides, Visit::index_order);
    const WithoutGil without_gil(!comparison.needs_gil() &&
                                 size * array.itemsize >= releases_gil_from);
    outcome = run_here(plan, OwnComparison::key_size, comparison, result.data());
  }
  if (!outcome.finished) return nullptr;
  if (outcome.first_missing != no_candidate)
    return no_candidate_error(function, mask.data != nullptr, outcome.first_missing, result_ndim,
                              shape);
  return result.finish();
}

PyObject* describe_plan(PyObject* object, PyObject* axis, PyObject* mask_object) {
  bool all;
  int axis_number = 0;
  auto* a = reinterpret_cast<PyArrayObject*>(object);
  Axes axes;
  const Array array = array_of(a, true);
  Mask mask;
  Ref holder;
  if (!parse_axis(axis, all, axis_number) || !resolve_axes(all, axis_number, array.ndim, axes) ||
      (mask_object && !resolve_mask(mask_object, "mask", true, array, mask, holder)))
    return nullptr;
  const Index strides[max_ndim] = {};
  const Plan plan(array, mask, axes, strides, Visit::memory_order);
  return Py_BuildValue("{s:s, s:n, s:n, s:i, s:i}", "leaf", name_of(plan.leaf), "lane",
                       plan.lane.size, "lanes", plan.lanes.size, "loops_over_kept", plan.kept_count,
                       "loops_over_reduced", plan.reduced_count);
}

PyObject* reduce_small(const Function& function, PyObject* object) {
  auto* a = reinterpret_cast<PyArrayObject*>(object);
  const int dtype = kernel_dtype_of(PyArray_DESCR(a));
  if (dtype < 0 || !PyArray_IS_C_CONTIGUOUS(a) || PyArray_ISBYTESWAPPED(a)) return nullptr;
  const Index itemsize = PyArray_ITEMSIZE(a), size = PyArray_SIZE(a);
  if (size == 0 || size * itemsize >= releases_gil_from) return nullptr;
  alignas(64) char key[64];
  Index index;
  const Tile tile{.data = PyArray_BYTES(a),
                  .lanes = 1,
                  .lane_stride = itemsize,
                  .length = size,
                  .stride = itemsize,
                  .index = 0,
                  .step = 1,
                  .mask = nullptr,
                  .mask_lane_stride = 0,
                  .mask_stride = 0,
                  .masked_value = false,
                  .swapped = false,
                  .fresh = true,
                  .far = false};
  instruction_set()
      .kernels->of(static_cast<DType>(dtype), function.which, function.nan)
      .along[false](tile, {key, &index});
  return index == no_candidate ? nullptr : scalar(index);
}

}  // namespace minloc
