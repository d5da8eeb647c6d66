#include "without_plan.hpp"

#include <algorithm>

#include "numpy_dtypes.hpp"

namespace minloc {
namespace {

// Interned: nearly every keyword and every word in a program is.
PyObject *policy_name = nullptr, *propagate = nullptr, *omit = nullptr;

// Whether the only keyword is a NaN policy that needs no second look at the answer; then which.
bool is_policy(const Function& function, PyObject* kwnames, PyObject* given, Nan& nan) {
  if (!(function.accepts & keyword::nan_policy) || (given != omit && given != propagate) ||
      PyTuple_Size(kwnames) != 1 || PyTuple_GetItem(kwnames, 0) != policy_name)
    return false;
  nan = given == omit ? Nan::omit : Nan::propagate;
  return true;
}

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

// The slices along one axis of an array, of which neighbours are everywhere as far apart.
struct AxisSlices {
  bool exist = true;
  const char *data, *mask;  // of the first slice
  Loop along, across;       // without what a tile has no use for
  bool turned = false;      // the first slice is the last one in the order of the answers
  Index alike = 1;          // how many answers a slice has: all, of a broadcast one

  explicit AxisSlices(const Call& call) : data(call.array.data), mask(call.mask.data) {
    set(across, 1, call.array.itemsize, 0);
    for (int axis = call.array.ndim - 1; axis >= 0; --axis) {
      const Index size = call.array.shape[axis], stride = call.array.strides[axis];
      const Index mask_stride = mask ? call.mask.strides[axis] : 0;
      if (axis == call.axes.list[0])
        set(along, size, stride, mask_stride);
      else if (across.size == 1)
        set(across, size, size == 1 ? call.array.itemsize : stride, mask_stride);
      else if (stride == across.size * across.stride &&
               mask_stride == across.size * across.mask_stride)
        across.size *= size;
      else if (size > 1)
        exist = false;
    }
    if (across.stride == 0 && across.mask_stride == 0 && across.size > 1) {
      alike = across.size;
      set(across, 1, call.array.itemsize, 0);
    }
    if (call.question.ties == Ties::last) turn(along);
    if (across.stride < 0) turn(across), turned = true;
  }

 private:
  static void set(Loop& loop, Index size, Index stride, Index mask_stride) {
    loop.size = size;
    loop.stride = stride;
    loop.mask_stride = mask_stride;
  }
  // Lets a loop begin at its other end.
  void turn(Loop& loop) {
    data += (loop.size - 1) * loop.stride;
    if (mask) mask += (loop.size - 1) * loop.mask_stride;
    loop.stride = -loop.stride;
    loop.mask_stride = -loop.mask_stride;
  }
};

// Whether answers lie one after the other, in C order.
bool are_in_order(const Call& call, const Places& places) {
  Index stride = sizeof(Index);
  for (int i = call.shape.kept - 1; i >= 0; --i) {
    if (places.strides[i] != stride) return false;
    stride *= call.shape.sizes[call.shape.kept_at[i]];
  }
  return true;
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
  if (call.axes.count != 1 || call.groups.exists || array.target || call.length < 2 ||
      array.has_bytes(releases_gil_from) || !are_in_order(call, places))
    return std::nullopt;
  const AxisSlices slices(call);
  const auto& [exist, data, mask, along, across, turned, alike] = slices;
  if (!exist || across.size < 1 || across.size > panel_slices ||
      across.size * array.itemsize > panel_bytes)
    return std::nullopt;
  const Workspace workspace;
  if (!workspace) return Outcome{false, false};
  Scratch scratch = workspace.scratch();
  Index* const answers = reinterpret_cast<Index*>(places.data);
  const Panel panel{scratch.take<char>(panel_bytes), answers};
  const Order order = call.order(extreme);
  const Tile tile{.data = data,
                  .slices = across.size,
                  .slice_stride = across.stride,
                  .length = along.size,
                  .stride = along.stride,
                  .index = 0,
                  .step = 1,
                  .mask = {mask, across.mask_stride, along.mask_stride, call.mask.masked_value},
                  .codings = &order.coding,
                  .swapped = array.swapped,
                  .fresh = true,
                  .far = false,
                  .scratch = scratch};
  const LeafChoice leaf =
      choose_leaf(along, across, array.itemsize, mask != nullptr, array.swapped);
  order.leaves->one[static_cast<int>(leaf)](tile, &panel);
  const bool misses = call.may_miss() && std::find(answers, answers + across.size, no_candidate) !=
                                             answers + across.size;
  if (call.question.ties == Ties::last)
    for (Index i = 0; i < across.size; ++i) answers[i] = counted_back(answers[i], along.size - 1);
  if (turned) std::reverse(answers, answers + across.size);
  std::fill(answers + across.size, answers + across.size * alike, answers[0]);
  return Outcome{true, misses};
}

bool prepare_without_plan() {
  policy_name = PyUnicode_InternFromString("nan_policy");
  propagate = PyUnicode_InternFromString("propagate");
  omit = PyUnicode_InternFromString("omit");
  return policy_name && propagate && omit;
}

PyObject* reduce_small(const Function& function, PyObject* const* args, PyObject* kwnames) {
  auto* a = reinterpret_cast<PyArrayObject*>(args[0]);
  Nan nan = function.nan;
  if (kwnames && !is_policy(function, kwnames, args[1], nan)) return nullptr;
  const int dtype = kernel_dtype_of(PyArray_DESCR(a));
  if (dtype < 0 || !is_run(a)) return nullptr;
  const bool all = is_small(a);
  const Index count = all ? PyArray_SIZE(a) : worth_a_look(a, static_cast<DType>(dtype), nan);
  if (count == 0) return nullptr;
  const Order order =
      instruction_set().kernels->order(static_cast<DType>(dtype), function.extreme, nan);
  alignas(64) char key[64];
  const Index index = best_of_run(a, count, order, Ties::first, Mask{}, key);
  if (index == no_candidate || !(all || order.leaves->is_final(key, order.coding))) return nullptr;
  return scalar(index);
}

}  // namespace minloc
