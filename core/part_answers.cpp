#include "part_answers.hpp"

namespace minloc {

bool raise_layout() {
  PyErr_SetString(PyExc_ValueError,
                  "answers of a part must be arrays in C order with one entry for each slice, of "
                  "elements of one dtype and of signed integers that hold all indices");
  return false;
}

bool may_be_indices(PyArrayObject* a) {
  return PyArray_ISSIGNED(a) && PyArray_ISCARRAY_RO(a) && !PyArray_ISBYTESWAPPED(a);
}

bool may_be_values(PyArrayObject* a) { return PyArray_IS_C_CONTIGUOUS(a) && PyArray_ISALIGNED(a); }

void narrow(const Index* from, Index first, Index count, PyArrayObject* indices) {
  with_integer(PyArray_ITEMSIZE(indices), [&](auto integer) {
    using Integer = decltype(integer);
    auto* const to = reinterpret_cast<Integer*>(PyArray_BYTES(indices)) + first;
    for (Index i = 0; i < count; ++i) to[i] = static_cast<Integer>(from[i]);
  });
}

bool read_answers(PyObject* tuple, Answers& answers) {
  const Py_ssize_t size = PyTuple_Check(tuple) ? PyTuple_Size(tuple) : 0;
  if (size != 2 && size != 4) return false;
  answers.ends = static_cast<int>(size / 2);
  for (int i = 0; i < size; ++i) {
    PyObject* const object = PyTuple_GetItem(tuple, i);
    if (!PyArray_Check(object)) return false;
    auto* const array = reinterpret_cast<PyArrayObject*>(object);
    if (PyArray_FailUnlessWriteable(array, "an answer") < 0) return false;
    (i % 2 == 0 ? answers.values : answers.indices)[i / 2] = array;
  }
  return true;
}

bool read_part_answers(PyObject* tuple, Answers& answers) {
  bool fits = read_answers(tuple, answers);
  for (int end = 0; fits && end < answers.ends; ++end)
    fits = may_be_values(answers.values[end]) && may_be_indices(answers.indices[end]);
  return fits || (!PyErr_Occurred() && raise_layout());
}

}  // namespace minloc
