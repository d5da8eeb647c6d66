#include "continued.hpp"

#include <initializer_list>

#include "numpy_dtypes.hpp"
#include "run.hpp"

namespace minloc {
namespace {

bool raise_not_alike() {
  PyErr_SetString(PyExc_ValueError,
                  "answers so far must be arrays of elements, of the array's dtype, and of intp "
                  "indices, in C order or views of such, and of the shape of the kept axes");
  return false;
}

// Whether indices and elements lie alike, so that one place tells the other.
bool lie_alike(PyArrayObject* values, PyArrayObject* indices) {
  const int ndim = PyArray_NDIM(indices);
  if (PyArray_TYPE(indices) != NPY_INTP || !PyArray_ISALIGNED(indices) ||
      !PyArray_ISALIGNED(values) || PyArray_ISBYTESWAPPED(indices) || PyArray_NDIM(values) != ndim)
    return false;
  for (int axis = 0; axis < ndim; ++axis) {
    if (PyArray_DIM(values, axis) != PyArray_DIM(indices, axis)) return false;
    if (PyArray_DIM(values, axis) > 1 &&
        PyArray_STRIDE(values, axis) * Index{sizeof(Index)} !=
            PyArray_STRIDE(indices, axis) * PyArray_ITEMSIZE(values))
      return false;
  }
  return true;
}

bool read_numbers(PyObject* tuple, int count, Index* numbers) {
  if (!PyTuple_Check(tuple) || PyTuple_Size(tuple) != count) {
    PyErr_SetString(PyExc_ValueError, "starts and lengths must have one number a reduced axis");
    return false;
  }
  for (int i = 0; i < count; ++i) {
    numbers[i] = PyLong_AsSsize_t(PyTuple_GetItem(tuple, i));
    if (numbers[i] == -1 && PyErr_Occurred()) return false;
  }
  return true;
}

End end_of(const Call& call, const Answers& so_far, int end) {
  return {call.order(extreme_of(call.function, end)), PyArray_BYTES(so_far.indices[end]),
          PyArray_BYTES(so_far.values[end])};
}

}  // namespace

bool read_so_far(PyObject* tuple, Answers& so_far) {
  bool fits = read_answers(tuple, so_far);
  for (int end = 0; fits && end < so_far.ends; ++end)
    fits = lie_alike(so_far.values[end], so_far.indices[end]);
  return fits || (!PyErr_Occurred() && raise_not_alike());
}

bool add_part(const Function& function, const Arguments& arguments, const Answers& so_far,
              PyObject* starts, PyObject* lengths) {
  Call call(function);
  if (!call.read(arguments, mask_of(arguments))) return false;
  Whole whole;
  if (!read_numbers(starts, call.axes.count, whole.starts) ||
      !read_numbers(lengths, call.axes.count, whole.lengths))
    return false;
  if (!call.has_kernels() || so_far.ends != (function.form == Form::both ? 2 : 1))
    return raise_not_alike();
  for (int end = 0; end < so_far.ends; ++end) {
    PyArrayObject* const values = so_far.values[end];
    if (!PyArray_EquivTypes(PyArray_DESCR(values), PyArray_DESCR(call.a)) ||
        PyArray_NDIM(values) != call.shape.ndim)
      return raise_not_alike();
    for (int axis = 0; axis < call.shape.ndim; ++axis)
      if (PyArray_DIM(values, axis) != call.shape.sizes[axis]) return raise_not_alike();
    if (end > 0 && !lie_alike(values, so_far.indices[0])) return raise_not_alike();
  }
  if (call.array.size() == 0) return true;
  Plan plan(call.array, call.mask, call.axes, PyArray_STRIDES(so_far.indices[0]),
            Visit::memory_order, call.question.ties, &whole);
  plan.may_miss = call.may_miss();
  const Offsets elements(call.array, call.axes, &whole);
  const Index key_size = call.key_size();
  bool finished;
  {
    const WithoutGil without_gil(call.releases_gil());
    const End first = end_of(call, so_far, 0);
    finished = so_far.ends == 1 ? run_on(plan, key_size, elements, first)
                                : run_on(plan, key_size, elements, first, end_of(call, so_far, 1));
  }
  if (!finished && !PyErr_Occurred()) PyErr_NoMemory();
  return finished;
}

}  // namespace minloc
