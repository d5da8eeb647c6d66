// The answers of a part: the call is cut into blocks of slices, each of which is reduced, and its
// elements taken while they are in a cache.
#include <atomic>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>

#include "lookup.hpp"
#include "partial.hpp"
#include "pool.hpp"
#include "run.hpp"

namespace minloc {
namespace {

// So many slices are reduced at once: their indices, and for the most part the elements that these
// point at, are still in the second-level cache when the elements are taken.
constexpr Index slices_at_once = 1 << 13;

Index largest_index(PyArrayObject* indices) {
  return std::numeric_limits<Index>::max() >> (64 - 8 * PyArray_ITEMSIZE(indices));
}

// A call, cut along its kept axes into blocks, each of which has its answers side by side.
class Blocks {
 public:
  explicit Blocks(const Call& call);

  Index count() const { return outer_ * per_outer_; }
  // The most slices that a block has.
  Index size() const { return run_ * below_; }
  // Writes a block's answers, with scratch for the indices of so many slices for each end; false if
  // a signal ends the call.
  bool answer(Index number, const Answers& answers, Index* scratch) const;

 private:
  const Call& call_;
  int kept_[max_ndim], kept_count_ = 0;
  // The kept axis that is cut, into runs; before it blocks have one slice, behind it all.
  int cut_ = 0;
  Index outer_ = 1, per_outer_ = 1, length_ = 1, run_ = 1, below_ = 1;
};

Blocks::Blocks(const Call& call) : call_(call) {
  const Array& array = call.array;
  bool in_order = true;  // else neighbours in memory would be cut apart
  Index last = std::numeric_limits<Index>::max();
  for (int axis = 0; axis < array.ndim; ++axis) {
    if (call.axes.contains(axis)) continue;
    kept_[kept_count_++] = axis;
    if (array.shape[axis] == 1) continue;
    const Index stride = std::abs(array.strides[axis]);
    in_order = in_order && stride <= last;
    last = stride;
  }
  if (kept_count_ == 0) return;
  for (int i = 1; i < kept_count_; ++i) below_ *= array.shape[kept_[i]];
  while (in_order && below_ > slices_at_once && cut_ + 1 < kept_count_) {
    outer_ *= array.shape[kept_[cut_++]];
    below_ /= array.shape[kept_[cut_]];
  }
  length_ = array.shape[kept_[cut_]];
  run_ = length_;
  if (in_order && run_ * below_ > slices_at_once) run_ = slices_at_once / below_;
  per_outer_ = (length_ + run_ - 1) / run_;
}

bool Blocks::answer(Index number, const Answers& answers, Index* scratch) const {
  const Index begin = number % per_outer_ * run_, rest = length_ - begin;
  Index shape[max_ndim], strides[2][max_ndim];
  Array array = call_.array;
  Mask mask = call_.mask;
  Target target;
  if (array.target) {
    target = call_.target;
    array.target = &target;
  }
  const auto move = [&](int axis, Index steps) {
    array.data += steps * array.strides[axis];
    if (array.target) target.data += steps * target.strides[axis];
    if (mask.data) mask.data += steps * mask.strides[axis];
  };
  for (int axis = 0; axis < array.ndim; ++axis) shape[axis] = array.shape[axis];
  Index outer = number / per_outer_;
  const Index first = (outer * length_ + begin) * below_;
  for (int i = cut_ - 1; i >= 0; --i) {
    const Index size = array.shape[kept_[i]];
    move(kept_[i], outer % size);
    outer /= size;
    shape[kept_[i]] = 1;
  }
  if (kept_count_ > 0) {
    move(kept_[cut_], begin);
    shape[kept_[cut_]] = rest < run_ ? rest : run_;
  }
  array.shape = shape;
  Index count = 1;
  for (int i = kept_count_ - 1; i >= 0; --i) {
    strides[0][i] = count * Index{sizeof(Index)};
    strides[1][i] = count * array.itemsize;
    count *= shape[kept_[i]];
  }
  Plan plan(array, mask, call_.axes, strides[0], Visit::memory_order, call_.question.ties);
  plan.may_miss = call_.may_miss();
  const auto end = [&](int which) {
    return End{call_.order(extreme_of(call_.function, which)),
               reinterpret_cast<char*>(scratch + which * size())};
  };
  const Index key_size = call_.key_size();
  const Outcome outcome =
      answers.ends == 1 ? run(plan, key_size, end(0)) : run(plan, key_size, end(0), end(1));
  if (!outcome.finished) return false;
  static constexpr char nothing[64] = {};
  const Lookup lookup(array, call_.axes);
  for (int which = 0; which < answers.ends; ++which) {
    Places indices{end(which).out, {}};
    Places values{PyArray_BYTES(answers.values[which]) + first * array.itemsize, {}};
    for (int i = 0; i < kept_count_; ++i) {
      indices.strides[i] = strides[0][i];
      values.strides[i] = strides[1][i];
    }
    lookup.take(indices, values, nothing);
    narrow(scratch + which * size(), first, count, answers.indices[which]);
  }
  return true;
}

}  // namespace

bool first_part(const Function& function, const Arguments& arguments, const Answers& answers) {
  Call call(function);
  if (!call.read(arguments, mask_of(arguments))) return false;
  if (!call.has_kernels() || answers.ends != (function.form == Form::both ? 2 : 1))
    return raise_layout();
  Index slices = 1;
  for (int axis = 0; axis < call.shape.ndim; ++axis) slices *= call.shape.sizes[axis];
  for (int end = 0; end < answers.ends; ++end)
    if (!PyArray_EquivTypes(PyArray_DESCR(answers.values[end]), PyArray_DESCR(call.a)) ||
        PyArray_SIZE(answers.values[end]) != slices ||
        PyArray_SIZE(answers.indices[end]) != slices ||
        call.length - 1 > largest_index(answers.indices[end]))
      return raise_layout();
  if (call.array.size() == 0) return true;
  const Blocks blocks(call);
  const Index of_thread = blocks.size() * answers.ends;
  std::atomic<bool> finished{true}, has_memory{true};
  {
    const WithoutGil without_gil(call.releases_gil());
    const Index parts = blocks.count() < num_threads() ? blocks.count() : num_threads();
    share(parts, [&](Index part) {
      const std::unique_ptr<Index[]> scratch(new (std::nothrow)
                                                 Index[static_cast<std::size_t>(of_thread)]);
      if (!scratch) has_memory = false;
      for (Index number = part; scratch && finished && number < blocks.count(); number += parts)
        if (!blocks.answer(number, answers, scratch.get())) finished = false;
    });
  }
  if (finished && has_memory) return true;
  if (!PyErr_Occurred()) PyErr_NoMemory();
  return false;
}

}  // namespace minloc
