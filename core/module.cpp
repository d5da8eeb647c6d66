// The builtins, and the door for what they do not know.
//
// A public function of the package *is* one of these; no Python frame stands before it. What is
// not an exact ndarray, or a subclass that changes nothing of what argmin means, leaves by one
// door, `minloc._adapters`.
#define MINLOC_IMPORTS_ARRAY
#include <atomic>
#include <cstdlib>
#include <vector>

#include "arguments.hpp"
#include "choose.hpp"
#include "continued.hpp"
#include "docstrings.hpp"
#include "errors.hpp"
#include "isa.hpp"
#include "mapped_file.hpp"
#include "named_tuples.hpp"
#include "nan_of.hpp"
#include "numpy_dtypes.hpp"
#include "partial.hpp"
#include "pool.hpp"
#include "reduce.hpp"
#include "result.hpp"

namespace minloc {
namespace {

constexpr unsigned in_all =
    word::a | word::axis | word::keepdims | word::where | word::ties | word::fallback;
constexpr unsigned in_find = in_all | word::nan_policy, in_loc = in_find | word::dtype,
                   in_nanarg = in_all | word::out | word::dtype, in_arg = in_nanarg | in_loc;

constexpr Function functions[] = {
    {"argmin", Extreme::min, Nan::propagate, Form::index, 3, in_arg},
    {"argmax", Extreme::max, Nan::propagate, Form::index, 3, in_arg},
    {"nanargmin", Extreme::min, Nan::omit, Form::index, 3, in_nanarg},
    {"nanargmax", Extreme::max, Nan::omit, Form::index, 3, in_nanarg},
    {"findmin", Extreme::min, Nan::propagate, Form::find, 2, in_find},
    {"findmax", Extreme::max, Nan::propagate, Form::find, 2, in_find},
    {"argminmax", Extreme::min, Nan::propagate, Form::both, 2, in_loc},
    {"minloc", Extreme::min, Nan::propagate, Form::coordinates, 2, in_loc},
    {"maxloc", Extreme::max, Nan::propagate, Form::coordinates, 2, in_loc},
    {"top_k", Extreme::max, Nan::propagate, Form::top, 2,
     word::axis | word::mode | word::sorted | word::where | word::nan_policy},
};

// ndarray's own methods: a subclass that has these changes nothing of what argmin means.
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

// Whether the adapter of memory maps answers: it lets go of the pages of a large one.
bool is_map_to_hand_on(const Arguments& arguments) {
  constexpr Index large = 64 << 20;
  PyObject* a = arguments.a;
  if (reinterpret_cast<PyObject*>(Py_TYPE(a)) != numpy_memmap) return false;
  return arguments.progress || PyArray_NBYTES(reinterpret_cast<PyArrayObject*>(a)) >= large;
}

bool is_plain_output(PyObject* out) {
  return !out || PyArray_CheckExact(out) ||
         (PyArray_Check(out) && inherits(out, "__array_function__", ndarray_function_protocol));
}

// Whether the core can read a mask itself: of other libraries' masks it cannot tell what is
// missing.
bool is_plain_mask(PyObject* where) {
  return !where || PyArray_CheckExact(where) || PyBool_Check(where) || PyList_CheckExact(where) ||
         PyTuple_CheckExact(where);
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

// The answer for a plain ndarray.
PyObject* answer(const Function& function, const Arguments& arguments, const MaskArgument& mask) {
  if (arguments.progress) {
    Ref keyword(PyUnicode_FromString("progress"));
    if (keyword) raise_unexpected(function, keyword.get());
    return nullptr;
  }
  return function.form == Form::top ? choose(function, arguments, mask, false)
                                    : reduce(function, arguments, mask);
}

template <int which>
PyObject* builtin(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  constexpr const Function& function = functions[which];
  if constexpr (function.form == Form::index)
    if (nargs == 1 && !kwnames && PyArray_CheckExact(args[0]))
      if (PyObject* answer = reduce_small(function, args[0])) return answer;
  Arguments arguments;
  if (!parse(function, args, nargs, kwnames, arguments)) return nullptr;
  if (!is_plain_input(arguments.a) || !is_plain_output(arguments.out) ||
      !is_plain_mask(arguments.where) || is_map_to_hand_on(arguments))
    return hand_on(function, args, nargs, kwnames);
  MaskArgument mask;
  if (arguments.where && arguments.where != Py_True) mask.object = arguments.where;
  return answer(function, arguments, mask);
}

// The function of a name; null with an exception set.
const Function* function_called(PyObject* name) {
  for (const Function& function : functions)
    if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, function.name) == 0)
      return &function;
  PyErr_Format(PyExc_ValueError, "there is no function %R", name);
  return nullptr;
}

// masked(name, mask, ...): a function, called as it was spelled, of an array whose mask is true
// where there is nothing.
PyObject* masked(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  if (nargs < 2 || !PyUnicode_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "masked(name, mask, ...)");
    return nullptr;
  }
  const Function* const function = function_called(args[0]);
  Arguments arguments;
  if (!function || !parse(*function, args + 2, nargs - 2, kwnames, arguments)) return nullptr;
  if (PyArray_Check(arguments.a)) return answer(*function, arguments, {args[1], "mask", true});
  PyErr_SetString(PyExc_TypeError, "masked() takes an array");
  return nullptr;
}

// add_part(name, so_far, starts, lengths, a, ...): adds an array to answers so far, which are
// changed.
PyObject* add_part(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  if (nargs < 4) {
    PyErr_SetString(PyExc_TypeError, "add_part(name, so_far, starts, lengths, ...)");
    return nullptr;
  }
  const Function* const function = function_called(args[0]);
  SoFar so_far;
  Arguments arguments;
  if (!function || !read_so_far(args[1], so_far) ||
      !parse(*function, args + 4, nargs - 4, kwnames, arguments))
    return nullptr;
  if (!PyArray_Check(arguments.a)) {
    PyErr_SetString(PyExc_TypeError, "add_part() takes an array");
    return nullptr;
  }
  if (!add_part(*function, arguments, so_far, args[2], args[3])) return nullptr;
  Py_RETURN_NONE;
}

// first_part(name, answers, a, ...): writes the answers for an array. merge_parts(name, answers,
// parts, in_order, ...): writes the best of other answers.
template <bool merges>
PyObject* write_part(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  if (nargs < 3) {
    PyErr_SetString(PyExc_TypeError, merges ? "merge_parts(name, answers, parts, in_order, ...)"
                                            : "first_part(name, answers, a, ...)");
    return nullptr;
  }
  const Function* const function = function_called(args[0]);
  PartAnswers answers;
  Arguments arguments;
  if (!function || !read_part_answers(args[1], answers) ||
      !parse(*function, args + 2, nargs - 2, kwnames, arguments))
    return nullptr;
  if constexpr (merges) {
    // What is `axis` elsewhere says whether the parts are in order.
    if (!merge_parts(*function, arguments, answers, arguments.a, arguments.axis == Py_True))
      return nullptr;
  } else {
    if (!PyArray_Check(arguments.a)) {
      PyErr_SetString(PyExc_TypeError, "first_part() takes an array");
      return nullptr;
    }
    if (!first_part(*function, arguments, answers)) return nullptr;
  }
  Py_RETURN_NONE;
}

PyObject* has_kernels(PyObject*, PyObject* object) {
  if (!PyArray_DescrCheck(object)) {
    PyErr_SetString(PyExc_TypeError, "has_kernels() takes a dtype");
    return nullptr;
  }
  return PyBool_FromLong(kernel_dtype_of(reinterpret_cast<PyArray_Descr*>(object)) >= 0);
}

// What top_k answers, but where a slice has fewer than k candidates, all of them and the index -1.
PyObject* up_to_k(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  constexpr const Function& function = functions[9];
  static_assert(function.form == Form::top);
  Arguments arguments;
  if (!parse(function, args, nargs, kwnames, arguments)) return nullptr;
  if (!PyArray_Check(arguments.a)) {
    PyErr_SetString(PyExc_TypeError, "up_to_k() takes an array");
    return nullptr;
  }
  return choose(function, arguments, {arguments.where}, true);
}

PyObject* nan_of_dtype(PyObject*, PyObject* dtype) {
  if (PyArray_DescrCheck(dtype)) return nan_of(reinterpret_cast<PyArray_Descr*>(dtype)).release();
  PyErr_SetString(PyExc_TypeError, "nan_of() takes a dtype");
  return nullptr;
}

PyObject* set_place_of(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 2 || !PyTuple_Check(args[1])) {
    PyErr_SetString(PyExc_TypeError, "set_place(error, index)");
    return nullptr;
  }
  if (!set_place(args[0], args[1])) return nullptr;
  Py_RETURN_NONE;
}

PyObject* plan_of(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 3 || !PyArray_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "plan_of(a, axis, mask)");
    return nullptr;
  }
  return describe_plan(args[0], args[1] == Py_None ? nullptr : args[1],
                       args[2] == Py_None ? nullptr : args[2]);
}

PyObject* read_pass(PyObject*, PyObject* object) {
  if (!PyArray_Check(object) || !PyArray_ISONESEGMENT(reinterpret_cast<PyArrayObject*>(object))) {
    PyErr_SetString(PyExc_TypeError,
                    "read_pass() takes an array whose elements are one run of memory");
    return nullptr;
  }
  auto* a = reinterpret_cast<PyArrayObject*>(object);
  const char* begin = PyArray_BYTES(a);
  const Index size = PyArray_NBYTES(a), parts = num_threads();
  std::atomic<std::uint64_t> bits{0};
  {
    const WithoutGil without_gil(true);
    const auto read = instruction_set().kernels->read;
    share(parts, [&](Index part) {
      bits |= read(begin + size / parts * part,
                   part + 1 == parts ? begin + size : begin + size / parts * (part + 1));
    });
  }
  return PyLong_FromUnsignedLongLong(bits);
}

// on_bus_error(address, size, line, status): a map of a file; a line of None forgets it.
PyObject* on_bus_error(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  void* const begin = nargs == 4 ? PyLong_AsVoidPtr(args[0]) : nullptr;
  const std::size_t size = begin ? PyLong_AsSize_t(args[1]) : 0;
  const long status = begin ? PyLong_AsLong(args[3]) : 0;
  const char* line = begin && PyBytes_Check(args[2]) ? PyBytes_AsString(args[2]) : nullptr;
  if (PyErr_Occurred()) return nullptr;
  if (!begin || (!line && args[2] != Py_None)) {
    PyErr_SetString(PyExc_TypeError, "on_bus_error(address, size, line, status)");
    return nullptr;
  }
  if (!line)
    forget_bus_errors(begin);
  else if (!exit_on_bus_error(begin, size, line, static_cast<int>(status)))
    return PyErr_NoMemory();
  Py_RETURN_NONE;
}

// A number of threads, at least `least`; -1 with an exception set.
int thread_count(PyObject* object, int least) {
  Ref integer(PyNumber_Index(object));
  const long count = integer ? PyLong_AsLong(integer.get()) : -1;
  if (count == -1 && PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_OverflowError)) return -1;
  PyErr_Clear();
  if (count >= least && count <= 4096) return static_cast<int>(count);
  PyErr_Format(PyExc_ValueError, "the number of threads must be from 1 to 4096, got %S", object);
  return -1;
}

PyObject* set_threads(PyObject*, PyObject* object) {
  const int count = thread_count(object, 1);
  if (count < 0) return nullptr;
  set_num_threads(count);
  Py_RETURN_NONE;
}

PyObject* set_threads_here(PyObject*, PyObject* object) {
  const int count = thread_count(object, 0);
  return count < 0 ? nullptr : PyLong_FromLong(set_num_threads_here(count));
}

PyObject* get_threads(PyObject*, PyObject*) { return PyLong_FromLong(num_threads()); }

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
  return PyErr_Format(PyExc_ValueError, "instruction set %R is not to be had here; there is %S",
                      name, available.get());
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
    public_function<4>(docstrings::findmin),
    public_function<5>(docstrings::findmax),
    public_function<6>(docstrings::argminmax),
    public_function<7>(docstrings::minloc),
    public_function<8>(docstrings::maxloc),
    public_function<9>(docstrings::top_k),
    {"masked", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(masked)),
     METH_FASTCALL | METH_KEYWORDS, docstrings::masked},
    {"add_part", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(add_part)),
     METH_FASTCALL | METH_KEYWORDS, docstrings::add_part},
    {"first_part", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(write_part<false>)),
     METH_FASTCALL | METH_KEYWORDS, docstrings::first_part},
    {"merge_parts", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(write_part<true>)),
     METH_FASTCALL | METH_KEYWORDS, docstrings::merge_parts},
    {"has_kernels", has_kernels, METH_O, docstrings::has_kernels},
    {"up_to_k", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(up_to_k)),
     METH_FASTCALL | METH_KEYWORDS, docstrings::up_to_k},
    {"nan_of", nan_of_dtype, METH_O, docstrings::nan_of},
    {"set_place", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(set_place_of)),
     METH_FASTCALL, docstrings::set_place},
    {"plan_of", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(plan_of)), METH_FASTCALL,
     docstrings::plan_of},
    {"on_bus_error", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(on_bus_error)),
     METH_FASTCALL, docstrings::on_bus_error},
    {"read_pass", read_pass, METH_O, docstrings::read_pass},
    {"get_num_threads", get_threads, METH_NOARGS, docstrings::get_num_threads},
    {"set_num_threads", set_threads, METH_O, docstrings::set_num_threads},
    {"set_num_threads_here", set_threads_here, METH_O, docstrings::set_num_threads_here},
    {"build_info", build_info, METH_NOARGS, docstrings::build_info},
    {"use_isa", use_isa, METH_O, docstrings::use_isa},
    {nullptr, nullptr, 0, nullptr}};

int execute(PyObject* module) {
  if (PyArray_ImportNumPyAPI() < 0) return -1;
  if (const char* isa = std::getenv("MINLOC_ISA"); isa && *isa && !use_instruction_set(isa)) {
    PyErr_Format(PyExc_ImportError,
                 "MINLOC_ISA is %s, which was not built or is not to be had on this machine", isa);
    return -1;
  }
  if (!prepare_arguments() || !prepare_scalars() || !prepare_named_tuples()) return -1;
  auto* ndarray = reinterpret_cast<PyObject*>(&PyArray_Type);
  ndarray_function_protocol = PyObject_GetAttrString(ndarray, "__array_function__");
  ndarray_argmin = PyObject_GetAttrString(ndarray, "argmin");
  ndarray_argmax = PyObject_GetAttrString(ndarray, "argmax");
  Ref numpy(PyImport_ImportModule("numpy"));
  numpy_memmap = numpy ? PyObject_GetAttrString(numpy.get(), "memmap") : nullptr;
  if (!ndarray_function_protocol || !ndarray_argmin || !ndarray_argmax || !numpy_memmap) return -1;
  // They are known, and pickled, under the name of the package.
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
}  // namespace minloc

PyMODINIT_FUNC PyInit__core() { return PyModuleDef_Init(&minloc::definition); }
