// A call whose arguments have been read and checked against the array, and the errors about a slice
// that any call may raise.
#pragma once

#include "arguments.hpp"
#include "isa.hpp"
#include "lookup.hpp"

namespace minloc {

// The GIL is released for inputs of at least so many bytes.
inline constexpr Index releases_gil_from = 16384;

struct MaskArgument {
  PyObject* object = nullptr;  // null: none
  const char* name = "where";
  bool masked_value = false;
};

// The mask that `where` is; none for True.
inline MaskArgument mask_of(const Arguments& arguments) {
  return {arguments.where == Py_True ? nullptr : arguments.where};
}

// "argmin" or "argmax", as messages have it.
inline const char* name_of(Extreme extreme) {
  return extreme == Extreme::min ? "argmin" : "argmax";
}

// The NaN policy, as the keyword has it.
inline const char* name_of(const Question& question) {
  return question.raises_on_nan ? "raise" : question.nan == Nan::omit ? "omit" : "propagate";
}

// Which extreme an end of a call is: both are asked about as the smallest, then the largest.
inline Extreme extreme_of(const Function& function, int end) {
  return function.form == Form::both && end == 1 ? Extreme::max : function.extreme;
}

struct Call {
  const Function& function;
  PyArrayObject* a;
  int dtype;  // of the kernels; -1 for a dtype that brings its own comparison
  Array array;
  Index shape_before[max_ndim], strides_before[max_ndim];  // of a dtype without kernels
  Mask mask;
  Ref mask_holder;
  Labels labels;  // of `by`
  Ref labels_holder;
  GroupAxis groups;
  Target target;  // what the array's own refers to, where distances are compared
  Ref target_holder;
  Axes axes;
  Index length;  // elements in a slice
  Question question;
  bool keepdims;
  Index k = 0;        // of top_k
  int one_axis = -1;  // the one reduced axis, if it was given as an int; else -1
  Shape shape;
  PyObject* out;
  PyObject* index_dtype;

  explicit Call(const Function& called) : function(called) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Reads what the arguments ask of an array with `ndim` axes. False with an exception set.
  bool read_keywords(const Arguments& arguments, int ndim);
  // The same, and checks it against the array `a`, and the mask.
  bool read(const Arguments& arguments, const MaskArgument& mask_argument);

  bool has_kernels() const { return dtype >= 0; }
  DType kernel_dtype() const { return static_cast<DType>(dtype); }
  Order order(Extreme extreme) const {
    const DType elements = kernel_dtype();
    return instruction_set().kernels->order(array.target ? distance_dtype(elements) : elements,
                                            extreme, question.nan);
  }
  // How many bytes a key has.
  Index key_size() const { return array.target ? target.metric.size : array.itemsize; }
  // Whether there may be slices without a candidate.
  bool may_miss() const {
    return mask.data || groups.exists || length == 0 || !has_kernels() ||
           (question.nan == Nan::omit && has_nan(kernel_dtype()));
  }
  // How many answers there are: one for each slice, or for each group of each.
  Index count_answers() const {
    Index count = 1;
    for (int axis = 0; axis < shape.ndim; ++axis) count *= shape.sizes[axis];
    return count;
  }
  bool releases_gil() const { return array.has_bytes(releases_gil_from); }

  Lookup lookup() const { return Lookup(array, axes, groups); }

  // The index of a slice in the result, a tuple, by its number in C order of the kept axes.
  Ref place_of_slice(Index number) const;
  // Raises the error of the policy "raise" about a slice.
  void raise_nan(Index number) const;
  // The reduced axes, as Python has them.
  Ref axes_tuple() const;
};

// Raises the error of the policy "raise" about the slice at `index` of the result, a tuple.
void raise_nan(const Function& function, const Ref& index);

// An array as the plan sees it.
Array array_of(PyArrayObject* a, bool has_kernels);

}  // namespace minloc
