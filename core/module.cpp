// The public functions as builtins, and the module that has them.
//
// A public function of the package is one of these builtins, with no Python frame before it. A call
// about anything but an exact ndarray, or a subclass that leaves argmin as it is, is handed on to
// `minloc._adapters`.
#define MINLOC_IMPORTS_ARRAY
#include <cstdlib>
#include <vector>

#include "call_builtins.hpp"
#include "docstrings.hpp"
#include "functions.hpp"
#include "moving_call.hpp"
#include "named_tuples.hpp"
#include "part_builtins.hpp"
#include "process_builtins.hpp"
#include "reduce.hpp"
#include "top_k_call.hpp"
#include "without_plan.hpp"

namespace minloc {
namespace {

// ndarray's own methods: a subclass that has these leaves argmin as it is.
PyObject *ndarray_function_protocol = nullptr, *ndarray_argmin = nullptr, *ndarray_argmax = nullptr;
PyObject* numpy_memmap = nullptr;

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

// Whether the adapter of memory maps answers: it gives the pages of a large map back.
bool is_map_to_hand_on(const Function& function, const Arguments& arguments) {
  constexpr Index large = 64 << 20;
  if (is_about_windows(function.form)) return false;
  PyObject* a = arguments.a;
  if (reinterpret_cast<PyObject*>(Py_TYPE(a)) != numpy_memmap) return false;
  return arguments.progress || PyArray_NBYTES(reinterpret_cast<PyArrayObject*>(a)) >= large;
}

bool is_plain_output(PyObject* out) {
  return !out || PyArray_CheckExact(out) ||
         (PyArray_Check(out) && inherits(out, "__array_function__", ndarray_function_protocol));
}

// Whether the core can read a mask itself. Masks of other libraries may have missing elements,
// which only an adapter finds.
bool is_plain_mask(PyObject* where) {
  return !where || PyArray_CheckExact(where) || PyBool_Check(where) || PyList_CheckExact(where) ||
         PyTuple_CheckExact(where);
}

// Whether the core can read labels itself; those of other libraries may be missing, too.
bool are_plain_labels(PyObject* by) {
  return !by || PyArray_CheckExact(by) || PyList_CheckExact(by) || PyTuple_CheckExact(by) ||
         PyLong_CheckExact(by);
}

// What the package's Python answers with, imported by the first call that needs it. To look it up
// takes half a microsecond, a tenth of a short call about another library's array.
PyObject* adapters_answer = nullptr;

bool find_adapters() {
  if (adapters_answer) return true;
  Ref adapters(PyImport_ImportModule("minloc._adapters"));
  if (adapters) adapters_answer = PyObject_GetAttrString(adapters.get(), "answer");
  return adapters_answer != nullptr;
}

// Everything that the core does not know is answered by the package's Python, which gets the
// arguments as they were spelled and by name.
PyObject* hand_on(const Function& function, PyObject* const* args, Py_ssize_t nargs,
                  PyObject* kwnames, const Arguments& arguments) {
  if (!find_adapters()) return nullptr;
  Ref positional(PyTuple_New(nargs)), keywords(PyDict_New());
  Ref name(PyUnicode_InternFromString(function.name)), bound = as_dict(arguments);
  if (!positional || !keywords || !name || !bound) return nullptr;
  for (Py_ssize_t i = 0; i < nargs; ++i) PyTuple_SetItem(positional.get(), i, Py_NewRef(args[i]));
  for (Py_ssize_t k = 0; kwnames && k < PyTuple_Size(kwnames); ++k)
    if (PyDict_SetItem(keywords.get(), PyTuple_GetItem(kwnames, k), args[nargs + k]) < 0)
      return nullptr;
  return PyObject_CallFunctionObjArgs(adapters_answer, name.get(), positional.get(), keywords.get(),
                                      bound.get(), nullptr);
}

template <int which>
PyObject* builtin(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  constexpr const Function& function = functions[which];
  if constexpr (function.form == Form::index)
    if (nargs > 0 && PyArray_CheckExact(args[0]))
      if (PyObject* answer = reduce_small(function, args, nargs, kwnames)) return answer;
  Arguments arguments;
  if (!parse(function, args, nargs, kwnames, arguments)) return nullptr;
  if (!is_plain_input(arguments.a) || !is_plain_output(arguments.out) ||
      !is_plain_mask(arguments.where) || !are_plain_labels(arguments.by) ||
      is_map_to_hand_on(function, arguments))
    return hand_on(function, args, nargs, kwnames, arguments);
  return answer(function, arguments, mask_of(arguments));
}

// hand_on(name, ...): what the package's Python answers to a call.
PyObject* hand_on_call(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  if (nargs < 1) {
    PyErr_SetString(PyExc_TypeError, "hand_on(name, ...)");
    return nullptr;
  }
  const Function* const function = function_called(args[0]);
  Arguments arguments;
  if (!function || !parse(*function, args + 1, nargs - 1, kwnames, arguments)) return nullptr;
  return hand_on(*function, args + 1, nargs - 1, kwnames, arguments);
}

PyObject* plan_of(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 3 || !PyArray_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "plan_of(a, axis, mask)");
    return nullptr;
  }
  return describe_plan(args[0], args[1] == Py_None ? nullptr : args[1],
                       args[2] == Py_None ? nullptr : args[2]);
}

template <int which>
constexpr PyMethodDef public_function(const char* doc) {
  return {functions[which].name, as_method<builtin<which>>(), METH_FASTCALL | METH_KEYWORDS, doc};
}

PyMethodDef methods[] = {
    public_function<0>(docstrings::argmin),
    public_function<1>(docstrings::argmax),
    public_function<2>(docstrings::nanargmin),
    public_function<3>(docstrings::nanargmax),
    public_function<4>(docstrings::findmin),
    public_function<5>(docstrings::findmax),
    public_function<6>(docstrings::argminmax),
    public_function<7>(docstrings::minloc),
    public_function<8>(docstrings::maxloc),
    public_function<9>(docstrings::top_k),
    public_function<10>(docstrings::moving_argmin),
    public_function<11>(docstrings::moving_argmax),
    public_function<12>(docstrings::moving_findmin),
    public_function<13>(docstrings::moving_findmax),
    public_function<14>(docstrings::running_argmin),
    public_function<15>(docstrings::running_argmax),
    {"hand_on", as_method<hand_on_call>(), METH_FASTCALL | METH_KEYWORDS, docstrings::hand_on},
    {"plan_of", as_method<plan_of>(), METH_FASTCALL, docstrings::plan_of},
    {nullptr, nullptr, 0, nullptr}};

int execute(PyObject* module) {
  if (PyArray_ImportNumPyAPI() < 0 || !add_call_builtins(module) || !add_part_builtins(module) ||
      !add_process_builtins(module))
    return -1;
  if (!instruction_set().available()) {
    PyErr_Format(PyExc_ImportError,
                 "minloc was built for processors with %s, which this one lacks; build it from "
                 "source with CMAKE_ARGS=-DMINLOC_ISAS=generic",
                 instruction_set().name);
    return -1;
  }
  if (const char* isa = std::getenv("MINLOC_ISA"); isa && *isa && !use_instruction_set(isa)) {
    PyErr_Format(PyExc_ImportError,
                 "MINLOC_ISA is %s, which was not built or is not available on this machine", isa);
    return -1;
  }
  if (!prepare_arguments() || !prepare_scalars() || !prepare_named_tuples() ||
      !prepare_without_plan())
    return -1;
  auto* ndarray = reinterpret_cast<PyObject*>(&PyArray_Type);
  ndarray_function_protocol = PyObject_GetAttrString(ndarray, "__array_function__");
  ndarray_argmin = PyObject_GetAttrString(ndarray, "argmin");
  ndarray_argmax = PyObject_GetAttrString(ndarray, "argmax");
  Ref numpy(PyImport_ImportModule("numpy"));
  numpy_memmap = numpy ? PyObject_GetAttrString(numpy.get(), "memmap") : nullptr;
  if (!ndarray_function_protocol || !ndarray_argmin || !ndarray_argmax || !numpy_memmap) return -1;
  // They are shown and pickled under the name of the package.
  Ref package(PyUnicode_FromString("minloc"));
  std::vector<const char*> public_names = {"get_num_threads", "set_num_threads"};
  for (const Function& function : functions) public_names.push_back(function.name);
  for (const char* name : public_names) {
    Ref builtin_object(PyObject_GetAttrString(module, name));
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

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "minloc._core",
                          "The compiled core of minloc. The package exports what is public of it.",
                          0,
                          methods,
                          slots,
                          nullptr,
                          nullptr,
                          nullptr};

}  // namespace

const Function* function_called(PyObject* name) {
  for (const Function& function : functions)
    if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, function.name) == 0)
      return &function;
  PyErr_Format(PyExc_ValueError, "there is no function %R", name);
  return nullptr;
}

PyObject* answer(const Function& function, const Arguments& arguments, const MaskArgument& mask) {
  if (!check_is_for_arrays(function, arguments)) return nullptr;
  if (is_about_windows(function.form)) return call_moving(function, arguments, mask);
  return function.form == Form::top ? call_top_k(function, arguments, mask, false)
                                    : reduce(function, arguments, mask);
}

}  // namespace minloc

PyMODINIT_FUNC PyInit__core() { return PyModuleDef_Init(&minloc::definition); }
