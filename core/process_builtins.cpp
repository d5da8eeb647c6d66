#include "process_builtins.hpp"

#include <atomic>

#include "docstrings.hpp"
#include "isa.hpp"
#include "mapped_file.hpp"
#include "pool.hpp"

namespace minloc {
namespace {

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

PyObject* use_isa(PyObject*, PyObject* name) {
  const char* text = PyUnicode_AsUTF8AndSize(name, nullptr);
  if (!text) return nullptr;
  if (use_instruction_set(text)) Py_RETURN_NONE;
  Ref available(isa_names([](const InstructionSet& set) { return set.available(); }));
  if (!available) return nullptr;
  return PyErr_Format(PyExc_ValueError,
                      "instruction set %R is not available on this machine; choose from %S", name,
                      available.get());
}

PyMethodDef process_builtins[] = {
    {"on_bus_error", as_method<on_bus_error>(), METH_FASTCALL, docstrings::on_bus_error},
    {"read_pass", read_pass, METH_O, docstrings::read_pass},
    {"get_num_threads", get_threads, METH_NOARGS, docstrings::get_num_threads},
    {"set_num_threads", set_threads, METH_O, docstrings::set_num_threads},
    {"set_num_threads_here", set_threads_here, METH_O, docstrings::set_num_threads_here},
    {"build_info", build_info, METH_NOARGS, docstrings::build_info},
    {"use_isa", use_isa, METH_O, docstrings::use_isa},
    {nullptr, nullptr, 0, nullptr}};

}  // namespace

// By this symbol minloc/threadpool.py tells this module from others of the same name.
extern "C" {
extern Py_EXPORTED_SYMBOL const char minloc_core[];
const char minloc_core[] = MINLOC_VERSION;
}

bool add_process_builtins(PyObject* module) {
  return PyModule_AddFunctions(module, process_builtins) == 0;
}

}  // namespace minloc
