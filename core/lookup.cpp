#include "lookup.hpp"

#include <cstring>

#include "item_size.hpp"

namespace minloc {
namespace {

Index& index_at(char* place) { return *reinterpret_cast<Index*>(place); }

}  // namespace

Lookup::Lookup(const Array& array, const Axes& axes, const GroupAxis& groups)
    : data_(array.data), target_(array.target), itemsize_(array.itemsize), swapped_(array.swapped) {
  const auto keep = [&](const Axis& axis, Index value_stride) {
    value_strides_[kept_count_] = value_stride;
    kept_[kept_count_++] = axis;
  };
  for (int axis = 0; axis < array.ndim; ++axis) {
    if (groups.exists && axis == groups.axis)
      keep({groups.groups, 0}, 0);
    else if (!axes.contains(axis))
      keep({array.shape[axis], array.strides[axis]}, target_ ? target_->strides[axis] : 0);
  }
  if (groups.exists && groups.axis < 0) keep({groups.groups, 0}, 0);
  for (int i = 0; i < axes.count; ++i)
    reduced_[reduced_count_++] = {array.shape[axes.list[i]], array.strides[axes.list[i]]};
}

template <class Visit, class... Place>
void Lookup::each(Visit visit, const Place&... places) const {
  Index at[max_result_ndim] = {}, number = 0;
  for (int i = 0; i < kept_count_; ++i)
    if (kept_[i].size == 0) return;
  // The innermost kept axis is a plain loop, the others are counted in `at`.
  const int inner = kept_count_ - 1;
  const Index count = inner < 0 ? 1 : kept_[inner].size;
  while (true) {
    const auto start = [&](const Index* strides) {
      Index bytes = 0;
      for (int i = 0; i < inner; ++i) bytes += at[i] * strides[i];
      return bytes;
    };
    Index slice_strides[max_result_ndim];
    for (int i = 0; i < kept_count_; ++i) slice_strides[i] = kept_[i].stride;
    const char* slice = data_ + start(slice_strides);
    const Index step = inner < 0 ? 0 : slice_strides[inner];
    [&](auto*... place) {
      for (Index i = 0; i < count; ++i) {
        visit(slice, number++, place...);
        slice += step;
        ((place += inner < 0 ? 0 : places.strides[inner]), ...);
      }
    }((places.data + start(places.strides))...);
    int axis = inner - 1;
    while (axis >= 0 && ++at[axis] == kept_[axis].size) at[axis--] = 0;
    if (axis < 0) return;
  }
}

Index Lookup::offset(Index index) const {
  if (reduced_count_ == 1) return index * reduced_[0].stride;
  Index bytes = 0;
  for (int i = reduced_count_ - 1; i >= 0; --i) {
    bytes += index % reduced_[i].size * reduced_[i].stride;
    index /= reduced_[i].size;
  }
  return bytes;
}

void Lookup::take(const Places& indices, const Places& values, const char* nothing) const {
  const auto copy_from = [&](auto size, auto offset_of) {
    each(
        [=](const char* slice, Index, const char* place, char* value) {
          const Index index = *reinterpret_cast<const Index*>(place);
          std::memcpy(value, index == no_candidate ? nothing : slice + offset_of(index),
                      static_cast<std::size_t>(size));
        },
        indices, values);
  };
  const auto copy = [&](auto size) {
    // A local, because stores to the values might alias this object and force a reload each time.
    const Index stride = reduced_[0].stride;
    if (reduced_count_ == 1) return copy_from(size, [=](Index index) { return index * stride; });
    copy_from(size, [=, this](Index index) { return offset(index); });
  };
  with_item_size(itemsize_, copy);
}

void Lookup::locate(const Places& indices, int which, const Places& coordinates,
                    Index fallback) const {
  Index below = 1;
  for (int i = which + 1; i < reduced_count_; ++i) below *= reduced_[i].size;
  const Index size = reduced_[which].size;
  each(
      [&](const char*, Index, char* place, char* coordinate) {
        const Index index = index_at(place);
        index_at(coordinate) = index == no_candidate ? fallback : index / below % size;
      },
      indices, coordinates);
}

Index Lookup::find_missing(const Places& indices) const {
  Index found = no_candidate;
  each(
      [&](const char*, Index number, char* place) {
        if (found == no_candidate && index_at(place) == no_candidate) found = number;
      },
      indices);
  return found;
}

Index Lookup::find_nan(const Places& indices, const Order& order) const {
  Index found = no_candidate;
  const auto look = [&](Index number, Index index, auto is_nan) {
    if (found == no_candidate && index != no_candidate && is_nan()) found = number;
  };
  const auto is_nan = order.leaves->is_nan;
  if (!target_) {
    each(
        [&](const char* slice, Index number, char* place) {
          const Index index = index_at(place);
          look(number, index,
               [&] { return is_nan(slice + offset(index), swapped_, order.coding); });
        },
        indices);
    return found;
  }
  Places values{const_cast<char*>(target_->data), {}};
  for (int i = 0; i < kept_count_; ++i) values.strides[i] = value_strides_[i];
  each(
      [&](const char* slice, Index number, char* place, char* value) {
        const Index index = index_at(place);
        look(number, index, [&] {
          alignas(64) char distance[64];
          target_->metric({slice + offset(index), 0, swapped_, value, 0, 1}, distance);
          return is_nan(distance, false, order.coding);
        });
      },
      indices, values);
  return found;
}

void Lookup::fill(const Places& indices, Index fallback) const {
  each([&](const char*, Index, char* place) { index_at(place) = fallback; }, indices);
}

void Lookup::fill_missing(const Places& indices, Index fallback) const {
  each(
      [&](const char*, Index, char* place) {
        if (index_at(place) == no_candidate) index_at(place) = fallback;
      },
      indices);
}

}  // namespace minloc
