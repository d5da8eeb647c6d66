#include "errors.hpp"

namespace minloc {
namespace {

Ref make(PyObject* type, const Ref& text) {
  return text ? Ref(PyObject_CallFunctionObjArgs(type, text.get(), nullptr)) : Ref();
}

bool add_note(PyObject* error, PyObject* note) {
  return note && Ref(PyObject_CallMethod(error, "add_note", "O", note));
}

}  // namespace

Ref place_in(const Index* sizes, int ndim, Index number) {
  Ref place(PyTuple_New(ndim));
  for (int axis = ndim - 1; place && axis >= 0; --axis) {
    PyTuple_SetItem(place.get(), axis, PyLong_FromSsize_t(number % sizes[axis]));
    number /= sizes[axis];
  }
  return place;
}

void raise_with_note(PyObject* type, const Ref& text, const Ref& note) {
  Ref error = make(type, text);
  if (error && add_note(error.get(), note.get())) PyErr_SetObject(type, error.get());
}

void raise_about_slice(PyObject* type, const Ref& text, const Ref& index, const char* reason) {
  if (!index) return;
  Ref error = make(type, text);
  if (!error || !set_place(error.get(), index.get())) return;
  if (reason) {
    Ref note(PyUnicode_FromString(reason));
    if (!add_note(error.get(), note.get())) return;
  }
  PyErr_SetObject(type, error.get());
}

bool set_place(PyObject* error, PyObject* index) {
  Ref before(PyObject_HasAttrString(error, "index") ? PyObject_GetAttrString(error, "index")
                                                    : PyTuple_New(0));
  if (!before || PyObject_SetAttrString(error, "index", index) < 0) return false;
  const Py_ssize_t had = PyObject_Size(before.get()), has = PyObject_Size(index);
  if (had < 0 || has < 0) return false;
  if (had == 0 && has == 0) return true;  // there is one answer, and no place to name
  Ref notes(PyObject_HasAttrString(error, "__notes__") ? PyObject_GetAttrString(error, "__notes__")
                                                       : PyList_New(0));
  Ref note(PyUnicode_FromFormat("for the slice at index %S of the result", index));
  if (!notes || !note) return false;
  if (had > 0 && PySequence_DelItem(notes.get(), 0) < 0) return false;
  if (has > 0 && PyList_Insert(notes.get(), 0, note.get()) < 0) return false;
  return PyObject_SetAttrString(error, "__notes__", notes.get()) == 0;
}

}  // namespace minloc
