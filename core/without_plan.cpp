#include "without_plan.hpp"

#include <algorithm>

#include "numpy_dtypes.hpp"

namespace minloc {
namespace {

// Interned: nearly every keyword and every word in a program is.
PyObject *axis_name = nullptr, *policy_name = nullptr, *propagate = nullptr, *omit = nullptr;

// What the commonest calls ask for: along which axis, if it is an int, and under which NaN policy,
// if it needs no second look at the answer.
struct PlainQuestion {
  PyObject* axis = nullptr;  // null: all
  Nan nan;

  // False, without an exception, if the arguments ask for something else.
  bool read(const Function& function, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
    nan = function.nan;
    if (nargs > 2) return false;
    if (nargs == 2) axis = args[1];
    const Py_ssize_t keywords = kwnames ? PyTuple_Size(kwnames) : 0;
    for (Py_ssize_t k = 0; k < keywords; ++k) {
      PyObject *const keyword = PyTuple_GetItem(kwnames, k), *const given = args[nargs + k];
      if (keyword == axis_name && !axis)
        axis = given;
      else if (keyword == policy_name && function.accepts & keyword::nan_policy &&
               (given == omit || given == propagate))
        nan = given == omit ? Nan::omit : Nan::propagate;
      else
        return false;
    }
    if (axis == Py_None) axis = nullptr;
    return !axis || PyLong_CheckExact(axis);
  }
  // Which of an array's axes it is; negative, without an exception, if it is none.
  int number_of_axis(int ndim) const {
    int overflow;
    const long number = PyLong_AsLongAndOverflow(axis, &overflow);
    if (overflow || number < -ndim || number >= ndim) return -1;
    return static_cast<int>(number < 0 ? number + ndim : number);
  }
};

// How many elements of a large array are looked at before there is a plan: most searches for a
// boolean end among these, and so do those for a NaN where there are many. Where there are none,
// it must not matter.
Index worth_a_look(PyArrayObject* a, DType dtype, Nan nan) {
  constexpr Index booleans = 4096, real_bytes = 2048, complex_bytes = 8192;
  static_assert(booleans <= releases_gil_from && complex_bytes <= releases_gil_from);
  const Index size = PyArray_SIZE(a), itemsize = PyArray_ITEMSIZE(a);
  if (dtype == DType::boolean) return booleans;
  const bool is_complex = dtype == DType::complex64 || dtype == DType::complex128;
  const Index bytes = is_complex ? complex_bytes : real_bytes;
  const bool looks = has_nan(dtype) && nan == Nan::propagate && size * itemsize >= 64 * bytes;
  return looks ? bytes / itemsize : 0;
}

// Whether an array's elements are one run of memory in C order, in the machine's byte order.
bool is_run(PyArrayObject* a) {
  return PyArray_IS_C_CONTIGUOUS(a) && !PyArray_ISBYTESWAPPED(a) && PyArray_SIZE(a) > 0;
}
bool is_small(PyArrayObject* a) {
  return PyArray_SIZE(a) * PyArray_ITEMSIZE(a) < releases_gil_from;
}

// The answer for the first `size` elements of a run, without a plan, which would take as long; its
// key, too. A mask lies as the array does.
Index best_of_run(PyArrayObject* a, Index size, const Order& order, Ties ties, const Mask& mask,
                  char* key) {
  const Index itemsize = PyArray_ITEMSIZE(a);
  const bool first = ties == Ties::first;
  const Index begin = first ? 0 : size - 1, step = first ? 1 : -1;
  Index index;
  const Tile tile{.data = PyArray_BYTES(a) + begin * itemsize,
                  .slices = 1,
                  .slice_stride = itemsize,
                  .length = size,
                  .stride = step * itemsize,
                  .index = 0,  // counted from where the slice begins: ties go to the smallest
                  .step = 1,
                  .mask = {mask.data ? mask.data + begin : nullptr, 0, step, mask.masked_value},
                  .codings = &order.coding,
                  .swapped = false,
                  .fresh = true,
                  .far = false,
                  .scratch = {}};
  const Panel panel{key, &index};
  order.leaves->one[static_cast<int>(LeafChoice::along)](tile, &panel);
  return first ? index : counted_back(index, size - 1);
}

// The slices along one axis of a small array, of which neighbours are everywhere as far apart.
class AxisSlices {
 public:
  AxisSlices(const Array& array, const Mask& mask, int axis, Ties ties)
      : array_(array), masked_value_(mask.masked_value), data_(array.data), mask_(mask.data) {
    set(across_, 1, array.itemsize, 0);
    for (int i = array.ndim - 1; i >= 0; --i) {
      const Index size = array.shape[i], stride = array.strides[i];
      const Index mask_stride = mask_ ? mask.strides[i] : 0;
      if (i == axis)
        set(along_, size, stride, mask_stride);
      else if (across_.size == 1)
        set(across_, size, size == 1 ? array.itemsize : stride, mask_stride);
      else if (stride == across_.size * across_.stride &&
               mask_stride == across_.size * across_.mask_stride)
        across_.size *= size;
      else if (size > 1)
        exist_ = false;
    }
    if (across_.stride == 0 && across_.mask_stride == 0 && across_.size > 1) {
      alike_ = across_.size;
      set(across_, 1, array.itemsize, 0);
    }
    if (ties == Ties::last) turn(along_), counts_back_ = true;
    if (across_.stride < 0) turn(across_), turned_ = true;
  }

  // Whether they can be handed to a leaf as they are.
  bool fit() const {
    return exist_ && along_.size > 1 && across_.size > 0 && across_.size <= panel_slices &&
           across_.size * array_.itemsize <= panel_bytes;
  }
  Index answers() const { return across_.size * alike_; }

  // Writes the answers one after the other. False if there is no memory to work in.
  bool reduce(const Order& order, Index* answers) const {
    const Workspace workspace;
    if (!workspace) return false;
    Scratch scratch = workspace.scratch();
    const Panel panel{scratch.take<char>(panel_bytes), answers};
    const Tile tile{.data = data_,
                    .slices = across_.size,
                    .slice_stride = across_.stride,
                    .length = along_.size,
                    .stride = along_.stride,
                    .index = 0,  // counted from where the slices begin: ties go to the smallest
                    .step = 1,
                    .mask = {mask_, across_.mask_stride, along_.mask_stride, masked_value_},
                    .codings = &order.coding,
                    .swapped = array_.swapped,
                    .fresh = true,
                    .far = false,
                    .scratch = scratch};
    const LeafChoice leaf =
        choose_leaf(along_, across_, array_.itemsize, mask_ != nullptr, array_.swapped);
    order.leaves->one[static_cast<int>(leaf)](tile, &panel);
    if (counts_back_)
      for (Index i = 0; i < across_.size; ++i)
        answers[i] = counted_back(answers[i], along_.size - 1);
    if (turned_) std::reverse(answers, answers + across_.size);
    std::fill(answers + across_.size, answers + across_.size * alike_, answers[0]);
    return true;
  }

 private:
  static void set(Loop& loop, Index size, Index stride, Index mask_stride) {
    loop.size = size;
    loop.stride = stride;
    loop.mask_stride = mask_stride;
  }
  // Lets a loop begin at its other end.
  void turn(Loop& loop) {
    data_ += (loop.size - 1) * loop.stride;
    if (mask_) mask_ += (loop.size - 1) * loop.mask_stride;
    loop.stride = -loop.stride;
    loop.mask_stride = -loop.mask_stride;
  }

  const Array& array_;
  bool masked_value_;
  const char *data_, *mask_;  // of the first slice
  Loop along_, across_;       // without what a tile has no use for
  bool exist_ = true;
  bool counts_back_ = false;  // slices begin at their last element
  bool turned_ = false;       // the first slice is the last one in the order of the answers
  Index alike_ = 1;           // how many answers a slice has: all, of a broadcast one
};

bool have_missing(const Index* answers, Index count) {
  return std::find(answers, answers + count, no_candidate) != answers + count;
}

// Whether answers lie one after the other, in C order.
bool are_in_order(const Call& call, const Places& places) {
  Index stride = sizeof(Index);
  for (int i = call.shape.kept - 1; i >= 0; --i) {
    if (places.strides[i] != stride) return false;
    stride *= call.shape.sizes[call.shape.kept_at[i]];
  }
  return true;
}

// The answer for a small run of memory, or for a larger one that begins with it.
PyObject* of_whole_run(PyArrayObject* a, DType dtype, const Order& order) {
  const bool all = is_small(a);
  const Index count = all ? PyArray_SIZE(a) : worth_a_look(a, dtype, order.nan);
  if (count == 0) return nullptr;
  alignas(64) char key[64];
  const Index index = best_of_run(a, count, order, Ties::first, Mask{}, key);
  if (index == no_candidate || !(all || order.leaves->is_final(key, order.coding))) return nullptr;
  return scalar(index);
}

// The answers for the slices along an axis of a small array; for the one of a 1-d array, a scalar.
PyObject* along_axis(PyArrayObject* a, int axis, const Order& order) {
  const Array array = array_of(a, true);
  if (array.has_bytes(releases_gil_from)) return nullptr;
  const AxisSlices slices(array, Mask{}, axis, Ties::first);
  if (!slices.fit()) return nullptr;
  Index sizes[max_ndim], one;
  std::copy(array.shape, array.shape + axis, sizes);
  std::copy(array.shape + axis + 1, array.shape + array.ndim, sizes + axis);
  Ref result(array.ndim > 1 ? PyArray_SimpleNew(array.ndim - 1, sizes, NPY_INTP) : nullptr);
  if (array.ndim > 1 && !result) PyErr_Clear();  // another way is left
  if (array.ndim > 1 && !result) return nullptr;
  Index* const answers = result ? reinterpret_cast<Index*>(PyArray_BYTES(result.array())) : &one;
  if (!slices.reduce(order, answers)) return nullptr;
  if (order.nan == Nan::omit && have_missing(answers, slices.answers())) return nullptr;
  return result ? result.release() : scalar(one);
}

}  // namespace

bool is_about_small_run(const Call& call) {
  if (call.axes.count != call.array.ndim || call.array.target || !is_run(call.a) ||
      !is_small(call.a))
    return false;
  for (int i = 0; i < call.axes.count; ++i) {
    const Index stride = call.array.strides[i];
    if (call.axes.list[i] != i) return false;
    if (call.mask.data && call.mask.strides[i] * call.array.itemsize != stride) return false;
  }
  return true;
}

Index best_of_small_run(const Call& call, Extreme extreme) {
  alignas(64) char key[64];
  return best_of_run(call.a, PyArray_SIZE(call.a), call.order(extreme), call.question.ties,
                     call.mask, key);
}

std::optional<Outcome> reduce_small_slices(const Call& call, const Places& places,
                                           Extreme extreme) {
  const Array& array = call.array;
  if (call.axes.count != 1 || call.groups.exists || array.target ||
      array.has_bytes(releases_gil_from) || !are_in_order(call, places))
    return std::nullopt;
  const AxisSlices slices(array, call.mask, call.axes.list[0], call.question.ties);
  if (!slices.fit()) return std::nullopt;
  Index* const answers = reinterpret_cast<Index*>(places.data);
  if (!slices.reduce(call.order(extreme), answers)) return Outcome{false, false};
  return Outcome{true, call.may_miss() && have_missing(answers, slices.answers())};
}

bool prepare_without_plan() {
  axis_name = PyUnicode_InternFromString("axis");
  policy_name = PyUnicode_InternFromString("nan_policy");
  propagate = PyUnicode_InternFromString("propagate");
  omit = PyUnicode_InternFromString("omit");
  return axis_name && policy_name && propagate && omit;
}

PyObject* reduce_small(const Function& function, PyObject* const* args, Py_ssize_t nargs,
                       PyObject* kwnames) {
  auto* const a = reinterpret_cast<PyArrayObject*>(args[0]);
  PlainQuestion question;
  if (!question.read(function, args, nargs, kwnames)) return nullptr;
  const int number = kernel_dtype_of(PyArray_DESCR(a));
  if (number < 0) return nullptr;
  const auto dtype = static_cast<DType>(number);
  const int axis = question.axis ? question.number_of_axis(PyArray_NDIM(a)) : 0;
  if (axis < 0) return nullptr;
  const Order order = instruction_set().kernels->order(dtype, function.extreme, question.nan);
  const bool one_axis = question.axis || PyArray_NDIM(a) == 1;
  if (is_run(a) && !(one_axis && PyArray_NDIM(a) > 1)) return of_whole_run(a, dtype, order);
  return one_axis ? along_axis(a, axis, order) : nullptr;
}

}  // namespace minloc
