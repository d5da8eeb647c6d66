// A shape and its reduced axes, and an array of it: in a layout, with a mask, and with its elements
// listed slice after slice for the oracle.
#pragma once

#include <algorithm>
#include <string>

#include "fills.hpp"
#include "layouts.hpp"
#include "plan.hpp"

namespace minloc {

struct Case {
  Shape shape;
  std::vector<int> axes;  // the reduced ones, in the order that makes up the index
  bool large = false;     // so that threads share it, and few layouts and fills must do

  bool reduces(int axis) const { return std::find(axes.begin(), axes.end(), axis) != axes.end(); }
  Index length() const {
    Index length = 1;
    for (const int axis : axes) length *= shape[static_cast<std::size_t>(axis)];
    return length;
  }
  Index slices() const {
    Index slices = 1;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
      if (!reduces(static_cast<int>(axis))) slices *= shape[axis];
    return slices;
  }
};

template <DType D>
struct Subject {
  using T = Storage<D>;
  static constexpr Index itemsize = sizeof(T);

  const Case& c;
  const Layout& layout;
  Shape strides, mask_strides;
  Memory memory, mask_memory;
  std::vector<Value<D>> values;  // slice after slice, as are the next two
  std::vector<char> excluded;
  std::vector<Index> offsets;  // bytes from the first element of the array

  Subject(const Case& which, const Layout& how, const Fill& fill, Random random)
      : c(which),
        layout(how),
        strides(strides_of(c.shape, layout, itemsize)),
        mask_strides(mask_strides_of(c.shape, layout)),
        memory(c.shape, strides, itemsize, layout.offset),
        mask_memory(c.shape, mask_strides, 1, 0) {
    const auto begin = memory.bytes.begin() + layout.offset, end = memory.bytes.end();
    for (auto place = begin; place < end; place += itemsize) {
      // The last one often is an answer, so that it shows if it is left out.
      const T x = end - place == itemsize ? end_of<D>(random()) : element<D>(fill, random);
      __builtin_memcpy(&*place, &x, sizeof x);
      if (layout.swapped) swap(&*place);
    }
    if (is_masked())
      for (char& byte : mask_memory.bytes)
        byte = random() % 5 < 2 ? static_cast<char>(random()) : 0;
    list_values();
  }

  static void swap(char* element) {
    constexpr Index part = is_complex<T> ? itemsize / 2 : itemsize;
    for (char* p = element; p < element + itemsize; p += part) std::reverse(p, p + part);
  }

  bool is_masked() const { return layout.mask != MaskLayout::none; }
  bool masked_value() const { return c.shape[0] % 2 == 0; }
  int ndim() const { return static_cast<int>(c.shape.size()); }

  void list_values() {
    std::vector<int> order;
    for (int axis = 0; axis < ndim(); ++axis)
      if (!c.reduces(axis)) order.push_back(axis);
    order.insert(order.end(), c.axes.begin(), c.axes.end());
    Shape shape, by, mask_by;
    for (const int axis : order) {
      const auto at = static_cast<std::size_t>(axis);
      shape.push_back(c.shape[at]), by.push_back(strides[at]), mask_by.push_back(mask_strides[at]);
    }
    each_position(shape, by, mask_by, [&](Index offset, Index mask_offset) {
      char bytes[sizeof(T)];
      std::copy_n(memory.data() + offset, itemsize, bytes);
      if (layout.swapped) swap(bytes);
      T x;
      __builtin_memcpy(&x, bytes, sizeof x);
      offsets.push_back(offset);
      values.push_back(value<D>(x));
      excluded.push_back(is_masked() && (mask_memory.data()[mask_offset] != 0) == masked_value());
    });
  }

  Array array() const {
    return {memory.data(), ndim(), c.shape.data(), strides.data(), itemsize, layout.swapped};
  }

  Mask mask() const {
    Mask mask{.data = is_masked() ? mask_memory.data() : nullptr,
              .strides = {},
              .masked_value = masked_value()};
    std::copy(mask_strides.begin(), mask_strides.end(), mask.strides);
    return mask;
  }

  Axes axes() const {
    Axes axes{static_cast<int>(c.axes.size()), {}};
    std::copy(c.axes.begin(), c.axes.end(), axes.list);
    return axes;
  }

  bool has_nan() const {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!excluded[i] && is_nan<D>(values[i])) return true;
    return false;
  }
};

}  // namespace minloc
