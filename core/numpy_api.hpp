// Python and NumPy's C API, included by every file that needs them and by none below them.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL minloc_ARRAY_API
#ifndef MINLOC_IMPORTS_ARRAY
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>

#include <optional>

#include "interrupt.hpp"

namespace minloc {

// A function of any of the signatures that builtins have, as a table of methods takes it.
template <auto function>
PyCFunction as_method() {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

// A reference that is given back at the end of its scope.
class Ref {
 public:
  Ref() = default;
  explicit Ref(PyObject* owned) : object_(owned) {}
  Ref(const Ref&) = delete;
  Ref& operator=(const Ref&) = delete;
  Ref(Ref&& other) noexcept : object_(other.release()) {}
  Ref& operator=(Ref&& other) noexcept {
    PyObject* old = object_;
    object_ = other.release();
    Py_XDECREF(old);
    return *this;
  }
  ~Ref() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }
  PyArrayObject* array() const { return reinterpret_cast<PyArrayObject*>(object_); }
  explicit operator bool() const { return object_ != nullptr; }
  PyObject* release() {
    PyObject* object = object_;
    object_ = nullptr;
    return object;
  }

 private:
  PyObject* object_ = nullptr;
};

// Runs without the GIL while it lives, if asked to, and lets signals end what runs.
//
// Python may end a thread that asks for the GIL back while the program exits, by unwinding its
// stack. The core is compiled without exceptions, so nothing of ours runs on the way: to release
// what objects hold would take the GIL, and a `noexcept` would abort the process.
class WithoutGil {
 public:
  explicit WithoutGil(bool release) {
    if (!release) return;
    interruptible_.emplace(run_handlers, this);
    state_ = PyEval_SaveThread();
  }
  ~WithoutGil() {
    if (state_) PyEval_RestoreThread(state_);
  }
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;

 private:
  static bool run_handlers(void* context) {
    auto* self = static_cast<WithoutGil*>(context);
    PyEval_RestoreThread(self->state_);
    const bool raised = PyErr_CheckSignals() < 0;
    self->state_ = PyEval_SaveThread();
    return raised;
  }

  std::optional<Interruptible> interruptible_;
  PyThreadState* state_ = nullptr;
};

}  // namespace minloc
