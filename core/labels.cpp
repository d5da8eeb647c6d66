#include "labels.hpp"

#include "errors.hpp"
#include "numpy_dtypes.hpp"
#include "run.hpp"
#include "system.hpp"

namespace minloc {
namespace {

PyObject* as_object(PyArray_Descr* descr) { return reinterpret_cast<PyObject*>(descr); }

// Sizes as Python has them, with NaN for one that is not known.
template <class Size>
Ref tuple_of(const Size* sizes, int count) {
  Ref tuple(PyTuple_New(count));
  for (int i = 0; tuple && i < count; ++i)
    PyTuple_SetItem(tuple.get(), i,
                    sizes[i] < 0 ? PyFloat_FromDouble(Py_NAN) : PyLong_FromSsize_t(sizes[i]));
  return tuple;
}

// Where the labels lie for each axis of the array: along some of them, as NumPy broadcasts.
bool lay_out(PyArrayObject* by, Call& call) {
  const Array& array = call.array;
  const int ndim = PyArray_NDIM(by);
  int along[max_ndim];
  if (!find_label_axes({PyArray_DIMS(by), ndim}, {array.shape, array.ndim}, call.axes,
                       call.one_axis, along))
    return false;
  for (int axis = 0; axis < array.ndim; ++axis) call.labels.strides[axis] = 0;
  for (int i = 0; i < ndim; ++i)
    if (PyArray_DIM(by, i) != 1) call.labels.strides[along[i]] = PyArray_STRIDE(by, i);
  return true;
}

// The place of the largest label, of which there is at least one.
bool find_largest(PyArrayObject* by, Index& index) {
  Axes axes;
  const Array array = array_of(by, true);
  if (!read_axes(nullptr, array.ndim, axes)) return false;
  const auto dtype = static_cast<DType>(kernel_dtype_of(PyArray_DESCR(by)));
  const Plan plan(array, Mask{}, axes, nullptr, Visit::memory_order, Ties::first);
  const End end{instruction_set().kernels->order(dtype, Extreme::max, Nan::omit),
                reinterpret_cast<char*>(&index)};
  bool finished;
  {
    const WithoutGil without_gil(array.has_bytes(releases_gil_from));
    finished = run(plan, array.itemsize, end).finished;
  }
  if (!finished && !PyErr_Occurred()) PyErr_NoMemory();
  return finished;
}

// The label at an index of `by`, flat in C order, as an int of Python.
Ref label_at(PyArrayObject* by, Index index) {
  const char* at = PyArray_BYTES(by);
  for (int axis = PyArray_NDIM(by) - 1; axis >= 0; --axis) {
    at += index % PyArray_DIM(by, axis) * PyArray_STRIDE(by, axis);
    index /= PyArray_DIM(by, axis);
  }
  Ref scalar(PyArray_Scalar(const_cast<char*>(at), PyArray_DESCR(by), nullptr));
  return scalar ? Ref(PyNumber_Index(scalar.get())) : Ref();
}

bool raise_too_many(PyObject* number) {
  if (number)
    PyErr_Format(PyExc_ValueError,
                 "num_groups is %S; at most %zd groups are possible. "
                 "np.unique(labels, return_inverse=True) numbers labels from 0 on",
                 number, static_cast<Py_ssize_t>(most_groups));
  return false;
}

// The largest label + 1, or what `num_groups` says.
bool read_num_groups(PyArrayObject* by, PyObject* given, Index& groups) {
  Ref number;
  if (given) {
    if (PyBool_Check(given) || !PyIndex_Check(given)) {
      PyErr_Format(PyExc_TypeError, "num_groups must be an int, got %R", given);
      return false;
    }
    number = Ref(PyNumber_Index(given));
  } else if (PyArray_SIZE(by) > 0) {
    Index index = 0;
    if (!find_largest(by, index)) return false;
    Ref one(PyLong_FromLong(1)), largest = label_at(by, index);
    if (one && largest) number = Ref(PyNumber_Add(largest.get(), one.get()));
  } else {
    number = Ref(PyLong_FromLong(0));
  }
  if (!number) return false;
  groups = PyNumber_AsSsize_t(number.get(), nullptr);  // clipped
  if (groups == -1 && PyErr_Occurred()) return false;
  if (groups > most_groups) return raise_too_many(number.get());
  if (groups < 0) {
    if (given) PyErr_Format(PyExc_ValueError, "num_groups must be at least 0, got %S", given);
    groups = 0;  // all labels are negative
    return !given;
  }
  return true;
}

// Whether there is a group, and a slice.
bool has_answers(const Call& call) {
  bool any = call.labels.groups > 0;
  for (int axis = 0; axis < call.array.ndim; ++axis)
    any = any && (call.array.shape[axis] > 0 || call.axes.contains(axis));
  return any;
}

// Whether the answers, and what they are found in, fit into the machine's memory. (The system may
// promise memory that it has not, and end the process later.)
bool check_room(const Call& call) {
  Index entries = call.labels.groups;
  bool fits = true;
  for (int axis = 0; axis < call.array.ndim; ++axis)
    if (!call.axes.contains(axis))
      fits = fits && !__builtin_mul_overflow(entries, call.array.shape[axis], &entries);
  constexpr Index entry = sizeof(Index);
  const Index table = call.labels.groups * (entry + call.array.itemsize);
  if (fits && entries < (memory_bytes() - table) / entry) return true;
  PyErr_Format(PyExc_MemoryError,
               "num_groups=%zd is too large: an answer for each group of each slice does not fit "
               "into memory; np.unique(labels, return_inverse=True) numbers labels from 0 on",
               static_cast<Py_ssize_t>(call.labels.groups));
  return false;
}

}  // namespace

bool find_label_axes(const Sizes& by, const Sizes& array, const Axes& axes, int one_axis,
                     int* along) {
  const auto fits = [](Index size, Index of_array) {
    return size == of_array || size < 0 || of_array < 0;
  };
  if (one_axis >= 0 && by.count == 1) {
    *along = one_axis;
    const Index size = array.of[one_axis];
    if (fits(by.of[0], size)) return true;
    PyErr_Format(
        PyExc_ValueError,
        "by has %zd labels, but axis %d of a has size %zd; it needs a label for each element "
        "along the axis",
        static_cast<Py_ssize_t>(by.of[0]), one_axis, static_cast<Py_ssize_t>(size));
    return false;
  }
  const bool to_all = one_axis >= 0 || by.count == array.count;
  const int first = (to_all ? array.count : axes.count) - by.count;
  bool broadcasts = first >= 0;
  for (int i = 0; broadcasts && i < by.count; ++i) {
    along[i] = to_all ? first + i : axes.list[first + i];
    broadcasts = by.of[i] == 1 || fits(by.of[i], array.of[along[i]]);
  }
  if (broadcasts) return true;
  const Ref from = tuple_of(by.of, by.count), to = tuple_of(array.of, array.count),
            reduced = tuple_of(axes.list, axes.count);
  if (!from || !to || !reduced) return false;
  if (to_all)
    PyErr_Format(PyExc_ValueError, "by of shape %S cannot be broadcast to the shape %S of a",
                 from.get(), to.get());
  else
    PyErr_Format(PyExc_ValueError,
                 "by of shape %S cannot be broadcast to the axes %S of a, whose shape is %S",
                 from.get(), reduced.get(), to.get());
  return false;
}

void raise_large_label(PyArrayObject* by, Index groups) {
  Index index = 0;
  if (!find_largest(by, index)) return;
  Ref label = label_at(by, index);
  Ref place = place_in(PyArray_DIMS(by), PyArray_NDIM(by), index);
  if (label && place)
    PyErr_Format(PyExc_ValueError,
                 "by has the label %S, at index %S, but num_groups is %zd; labels go from 0 to "
                 "num_groups - 1, and negative ones leave elements out",
                 label.get(), place.get(), static_cast<Py_ssize_t>(groups));
}

bool count_groups(PyArrayObject* by, PyObject* given, Index& groups) {
  if (!by || PyDataType_ISINTEGER(PyArray_DESCR(by))) return read_num_groups(by, given, groups);
  PyErr_Format(PyExc_TypeError,
               "by must be an array of integers, the numbers of groups, got one of dtype %S; "
               "np.unique(labels, return_inverse=True) numbers other labels",
               as_object(PyArray_DESCR(by)));
  return false;
}

bool check_labels(PyArrayObject* by, Index groups) {
  if (PyArray_SIZE(by) == 0) return true;
  Index index = 0;
  if (!find_largest(by, index)) return false;
  Ref largest = label_at(by, index);
  const Index label = largest ? PyNumber_AsSsize_t(largest.get(), nullptr) : -1;  // clipped
  if (label == -1 && PyErr_Occurred()) return false;
  if (label >= groups) raise_large_label(by, groups);
  return label < groups;
}

bool read_labels(const Arguments& arguments, Call& call) {
  PyObject* object = arguments.by;
  call.labels_holder =
      Ref(PyArray_CheckExact(object) ? Py_NewRef(object)
                                     : PyArray_FromAny(object, nullptr, 0, 0, 0, nullptr));
  if (!call.labels_holder) return false;
  // A list of nothing has no dtype of its own, and no label is read of it.
  if (PyArray_SIZE(call.labels_holder.array()) == 0 && !PyArray_Check(object))
    call.labels_holder = Ref(PyArray_FromAny(object, PyArray_DescrFromType(NPY_INTP), 0, 0,
                                             NPY_ARRAY_FORCECAST, nullptr));
  if (!call.labels_holder) return false;
  PyArrayObject* by = call.labels_holder.array();
  Labels& labels = call.labels;
  if (!lay_out(by, call) || !count_groups(by, arguments.num_groups, labels.groups) ||
      !check_room(call))
    return false;
  labels.data = PyArray_BYTES(by);
  labels.size = PyArray_ITEMSIZE(by);
  labels.is_signed = PyDataType_ISSIGNED(PyArray_DESCR(by));
  labels.swapped = PyArray_ISBYTESWAPPED(by);
  // Kernels check labels while they read them, if there is any answer.
  const bool is_checked =
      call.has_kernels() && call.function.form != Form::top && has_answers(call);
  return is_checked || !arguments.num_groups || check_labels(by, labels.groups);
}

}  // namespace minloc
