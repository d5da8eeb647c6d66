#include "without_plan.hpp"

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

// Whether an array has a few elements, in the machine's byte order.
bool is_small(PyArrayObject* a) {
  return !PyArray_ISBYTESWAPPED(a) && PyArray_SIZE(a) > 0 &&
         PyArray_SIZE(a) * PyArray_ITEMSIZE(a) < releases_gil_from;
}
// The same, and is one run of memory in C order.
bool is_small_run(PyArrayObject* a) { return PyArray_IS_C_CONTIGUOUS(a) && is_small(a); }

// The answer for the whole of such an array, without a plan, which would take as long. A mask lies
// as the array does.
Index best_of_run(PyArrayObject* a, const Order& order, Ties ties, const Mask& mask) {
  const Index itemsize = PyArray_ITEMSIZE(a), size = PyArray_SIZE(a);
  const bool first = ties == Ties::first;
  const Index begin = first ? 0 : size - 1, step = first ? 1 : -1;
  alignas(64) char key[64];
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
  return first || index == no_candidate ? index : size - 1 - index;
}

// The slices along one axis of an array that is one run of memory: `outer` times `inner` of them.
struct AxisSlices {
  Index outer = 1, length, inner = 1;

  AxisSlices(const Call& call) : length(call.array.shape[call.axes.list[0]]) {
    const int axis = call.axes.list[0], ndim = call.array.ndim;
    const bool in_c_order = PyArray_IS_C_CONTIGUOUS(call.a);
    for (int i = 0; i < axis; ++i) (in_c_order ? outer : inner) *= call.array.shape[i];
    for (int i = axis + 1; i < ndim; ++i) (in_c_order ? inner : outer) *= call.array.shape[i];
  }
  Index count() const { return outer * inner; }
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
  if (call.axes.count != call.array.ndim || call.array.target || !is_small_run(call.a))
    return false;
  for (int i = 0; i < call.axes.count; ++i) {
    const Index stride = call.array.strides[i];
    if (call.axes.list[i] != i) return false;
    if (call.mask.data && call.mask.strides[i] * call.array.itemsize != stride) return false;
  }
  return true;
}

Index best_of_small_run(const Call& call, Extreme extreme) {
  return best_of_run(call.a, call.order(extreme), call.question.ties, call.mask);
}

bool are_small_slices(const Call& call, const Places& places) {
  if (call.axes.count != 1 || call.mask.data || call.groups.exists || call.array.target ||
      call.question.ties != Ties::first || !is_small(call.a))
    return false;
  const bool is_run =
      PyArray_IS_C_CONTIGUOUS(call.a) || (PyArray_IS_F_CONTIGUOUS(call.a) && call.array.ndim == 2);
  if (!is_run || !are_in_order(call, places)) return false;
  const AxisSlices slices(call);
  return slices.length > 1 && slices.count() > 1 && (slices.outer == 1 || slices.inner == 1) &&
         slices.count() <= panel_width(call.array.itemsize);
}

Outcome reduce_small_slices(const Call& call, const Places& places, Extreme extreme) {
  const AxisSlices slices(call);
  const Index itemsize = call.array.itemsize;
  const Loop along{slices.length, slices.inner * itemsize, 0, 0, 0, 0};
  const Loop across{slices.count(), (slices.inner > 1 ? 1 : slices.length) * itemsize, 0, 0, 0, 0};
  const Workspace workspace;
  if (!workspace) return {false, false};
  Scratch scratch = workspace.scratch();
  const Panel panel{scratch.take<char>(panel_bytes), reinterpret_cast<Index*>(places.data)};
  const Order order = call.order(extreme);
  const Tile tile{.data = call.array.data,
                  .slices = across.size,
                  .slice_stride = across.stride,
                  .length = along.size,
                  .stride = along.stride,
                  .index = 0,
                  .step = 1,
                  .mask = {nullptr, 0, 0, false},
                  .codings = &order.coding,
                  .swapped = false,
                  .fresh = true,
                  .far = false,
                  .scratch = scratch};
  const LeafChoice leaf = choose_leaf(along, across, itemsize, false, false);
  order.leaves->one[static_cast<int>(leaf)](tile, &panel);
  bool misses = false;
  if (call.may_miss())
    for (Index i = 0; i < tile.slices; ++i) misses |= panel.indices[i] == no_candidate;
  return {true, misses};
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
  if (dtype < 0 || !is_small_run(a)) return nullptr;
  const Order order =
      instruction_set().kernels->order(static_cast<DType>(dtype), function.extreme, nan);
  const Index index = best_of_run(a, order, Ties::first, Mask{});
  return index == no_candidate ? nullptr : scalar(index);
}

}  // namespace minloc
