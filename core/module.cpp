// The builtins: parse, plan, release the GIL, run, box.
//
// A public function of the package *is* one of these; no Python frame stands before it. What is
// not an exact ndarray, or a subclass that changes nothing of what argmin means, leaves by one
// door, `minloc._adapters`.
#define MINLOC_IMPORTS_ARRAY
#include "arguments.hpp"
#include "docstrings.hpp"
#include "isa.hpp"
#include "own_comparison.hpp"
#include "result.hpp"
#include "run.hpp"

namespace minloc {
namespace {

constexpr Function functions[] = {{"argmin", "argmin", Extreme::min, Nan::propagate},
                                  {"argmax", "argmax", Extreme::max, Nan::propagate},
                                  {"nanargmin", "argmin", Extreme::min, Nan::omit},
                                  {"nanargmax", "argmax", Extreme::max, Nan::omit}};

// From how many bytes of input on other threads are let run meanwhile.
constexpr Index releases_gil_from = 16384;

// What the core knows of NumPy's dtypes, by type number; -1 for what has no kernels.
signed char kernel_dtype[NPY_NTYPES_LEGACY];

int kernel_dtype_of(PyArray_Descr* descr) {
  const int number = descr->type_num;
  return number >= 0 && number < NPY_NTYPES_LEGACY ? kernel_dtype[number] : -1;
}

void prepare_dtypes() {
  for (auto& dtype : kernel_dtype) dtype = -1;
  const auto set = [](int number, DType dtype) {
    kernel_dtype[number] = static_cast<signed char>(dtype);
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
}

bool has_nan(int dtype) {
  switch (static_cast<DType>(dtype)) {
    case DType::float16:
    case DType::float32:
    case DType::float64:
    case DType::longdouble:
    case DType::complex64:
    case DType::complex128:
    case DType::clongdouble:
    case DType::time:
      return true;
    default:
      return false;
  }
}

// ndarray's own methods: a subclass that has these changes nothing of what argmin means.
PyObject *ndarray_function_protocol = nullptr, *ndarray_argmin = nullptr, *ndarray_argmax = nullptr;

bool inherits(PyObject* array, const char* name, PyObject* from_ndarray) {
  Ref own(PyObject_GetAttrString(reinterpret_cast<PyObject*>(Py_TYPE(array)), name));
  if (!own) PyErr_Clear();
  return own.get() == from_ndarray;
}

bool is_plain_input(PyObject* a) {
  if (PyArray_CheckExact(a)) return true;
  return PyArray_Check(a) && inherits(a, "__array_function__", ndarray_function_protocol) &&
         inherits(a, "argmin", ndarray_argmin) && inherits(a, "argmax", ndarray_argmax);
}

bool is_plain_output(PyObject* out) {
  return !out || PyArray_CheckExact(out) ||
         (PyArray_Check(out) && inherits(out, "__array_function__", ndarray_function_protocol));
}

// Everything that the core does not know is answered by the package's Python.
PyObject* hand_on(const Function& function, PyObject* const* args, Py_ssize_t nargs,
                  PyObject* kwnames) {
  Ref adapters(PyImport_ImportModule("minloc._adapters"));
  if (!adapters) return nullptr;
  Ref answer(PyObject_GetAttrString(adapters.get(), "answer"));
  Ref positional(PyTuple_New(nargs)), keywords(PyDict_New());
  Ref name(PyUnicode_FromString(function.name));
  if (!answer || !positional || !keywords || !name) return nullptr;
  for (Py_ssize_t i = 0; i < nargs; ++i) PyTuple_SetItem(positional.get(), i, Py_NewRef(args[i]));
  for (Py_ssize_t k = 0; kwnames && k < PyTuple_Size(kwnames); ++k)
    if (PyDict_SetItem(keywords.get(), PyTuple_GetItem(kwnames, k), args[nargs + k]) < 0)
      return nullptr;
  return PyObject_CallFunctionObjArgs(answer.get(), name.get(), positional.get(), keywords.get(),
                                      nullptr);
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

struct MaskArgument {
  PyObject* object = nullptr;
  const char* name = "where";
  bool masked_value = false;
};

// The answer for a plain ndarray.
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
  const Array array{PyArray_BYTES(a),
                    ndim,
                    PyArray_DIMS(a),
                    PyArray_STRIDES(a),
                    PyArray_ITEMSIZE(a),
                    dtype >= 0 && PyArray_ISBYTESWAPPED(a)};
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
    const Plan plan(array, mask, axes, out_strides, Visit::memory_order);
    const Leaf leaf = instruction_set().kernels->of(static_cast<DType>(dtype), function.which,
                                                    function.nan).*plan.leaf;
    const WithoutGil without_gil(size * array.itemsize >= releases_gil_from);
    outcome = run(
        plan, array.itemsize,
        [leaf](const Tile& tile, const Panel& panel) {
          leaf(tile, panel);
          return true;
        },
        result.data());
  } else if (size > 0) {
    OwnComparison comparison(a, function.which, function.nan);
    const Plan plan(array, mask, axes, out_strides, Visit::index_order);
    const WithoutGil without_gil(!comparison.needs_gil() &&
                                 size * array.itemsize >= releases_gil_from);
    outcome = run(plan, OwnComparison::key_size, comparison, result.data());
  }
  if (!outcome.finished) return nullptr;
  if (outcome.first_missing != no_candidate)
    return no_candidate_error(function, mask.data != nullptr, outcome.first_missing, result_ndim,
                              shape);
  return result.finish();
}

// The whole of a small contiguous array, the commonest call of all, without a plan. Null without an
// exception where that is not what was asked, or where there is no answer.
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
                  .fresh = true};
  instruction_set()
      .kernels->of(static_cast<DType>(dtype), function.which, function.nan)
      .along(tile, {key, &index});
  return index == no_candidate ? nullptr : scalar(index);
}

template <int which>
PyObject* builtin(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  constexpr const Function& function = functions[which];
  if (nargs == 1 && !kwnames && PyArray_CheckExact(args[0]))
    if (PyObject* answer = reduce_small(function, args[0])) return answer;
  Arguments arguments;
  if (!parse(function, args, nargs, kwnames, arguments)) return nullptr;
  if (!is_plain_input(arguments.a) || !is_plain_output(arguments.out))
    return hand_on(function, args, nargs, kwnames);
  MaskArgument mask;
  if (arguments.where && arguments.where != Py_True) mask.object = arguments.where;
  return reduce(function, arguments, mask);
}

// masked(name, a, mask, axis, out, keepdims): for arrays whose mask is true where there is nothing.
PyObject* masked(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 6 || !PyUnicode_Check(args[0]) || !PyArray_Check(args[1])) {
    PyErr_SetString(PyExc_TypeError, "masked(name, a, mask, axis, out, keepdims)");
    return nullptr;
  }
  for (const Function& function : functions) {
    if (PyUnicode_CompareWithASCIIString(args[0], function.name) != 0) continue;
    Arguments arguments;
    arguments.a = args[1];
    arguments.axis = args[3] == Py_None ? nullptr : args[3];
    arguments.out = args[4] == Py_None ? nullptr : args[4];
    arguments.keepdims = args[5];
    return reduce(function, arguments, {args[2], "mask", true});
  }
  return PyErr_Format(PyExc_ValueError, "masked() knows no function %R", args[0]);
}

PyObject* isa_names(bool (*wanted)(const InstructionSet&)) {
  Ref names(PyList_New(0));
  for (int i = 0; names && i < instruction_set_count; ++i) {
    if (!wanted(instruction_sets[i])) continue;
    Ref name(PyUnicode_FromString(instruction_sets[i].name));
    if (!name || PyList_Append(names.get(), name.get()) < 0) return nullptr;
  }
  return names.release();
}

PyObject* build_info(PyObject*, PyObject*) {
  Ref built(isa_names([](const InstructionSet&) { return true; }));
  Ref available(isa_names([](const InstructionSet& set) { return set.available(); }));
  if (!built || !available) return nullptr;
#if defined(__clang__)
  const char* compiler = "clang " __clang_version__;
#else
  const char* compiler = "gcc " __VERSION__;
#endif
  return Py_BuildValue("{s:s, s:s, s:O, s:O, s:s}", "version", MINLOC_VERSION, "compiler", compiler,
                       "isa_built", built.get(), "isa_available", available.get(), "isa_in_use",
                       instruction_set().name);
}

PyObject* use_isa(PyObject*, PyObject* name) {
  const char* text = PyUnicode_AsUTF8AndSize(name, nullptr);
  if (!text) return nullptr;
  if (use_instruction_set(text)) Py_RETURN_NONE;
  Ref available(isa_names([](const InstructionSet& set) { return set.available(); }));
  if (!available) return nullptr;
  return PyErr_Format(PyExc_ValueError, "instruction set %R is not to be had here; there is %S", name,
                      available.get());
}

template <int which>
constexpr PyMethodDef public_function(const char* doc) {
  return {functions[which].name,
          reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(builtin<which>)),
          METH_FASTCALL | METH_KEYWORDS, doc};
}

PyMethodDef methods[] = {
    public_function<0>(docstrings::argmin),
    public_function<1>(docstrings::argmax),
    public_function<2>(docstrings::nanargmin),
    public_function<3>(docstrings::nanargmax),
    {"masked", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(masked)), METH_FASTCALL,
     docstrings::masked},
    {"build_info", build_info, METH_NOARGS, docstrings::build_info},
    {"use_isa", use_isa, METH_O, docstrings::use_isa},
    {nullptr, nullptr, 0, nullptr}};

int execute(PyObject* module) {
  if (PyArray_ImportNumPyAPI() < 0) return -1;
  if (!prepare_scalars()) return -1;
  prepare_dtypes();
  auto* ndarray = reinterpret_cast<PyObject*>(&PyArray_Type);
  ndarray_function_protocol = PyObject_GetAttrString(ndarray, "__array_function__");
  ndarray_argmin = PyObject_GetAttrString(ndarray, "argmin");
  ndarray_argmax = PyObject_GetAttrString(ndarray, "argmax");
  if (!ndarray_function_protocol || !ndarray_argmin || !ndarray_argmax) return -1;
  // They are known, and pickled, under the name of the package.
  Ref package(PyUnicode_FromString("minloc"));
  for (const Function& function : functions) {
    Ref builtin_object(PyObject_GetAttrString(module, function.name));
    if (!package || !builtin_object ||
        PyObject_SetAttrString(builtin_object.get(), "__module__", package.get()) < 0)
      return -1;
  }
  return 0;
}

PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void*>(execute)},
#ifdef Py_mod_gil
                            {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
                            {0, nullptr}};

PyModuleDef definition = {PyModuleDef_HEAD_INIT, "minloc._core", docstrings::module, 0, methods,
                          slots,                 nullptr,        nullptr,            nullptr};

}  // namespace
}  // namespace minloc

PyMODINIT_FUNC PyInit__core() { return PyModuleDef_Init(&minloc::definition); }
