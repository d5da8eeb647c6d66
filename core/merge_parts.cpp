// Answers of several parts become one: as the rows of an array whose best is asked for, where parts
// are in the order of their indices, or else one after the other.
#include <atomic>
#include <memory>
#include <new>

#include "item_size.hpp"
#include "numpy_dtypes.hpp"
#include "partial.hpp"
#include "pool.hpp"
#include "read_target.hpp"
#include "run.hpp"

namespace minloc {
namespace {

// So many bytes of elements are merged at once, and so many slices are worth a thread.
constexpr Index bytes_at_once_merged = 1 << 18, merged_by_thread = 1 << 17;

// Indices [first, first + count) of an array, counted from zero instead of `base`.
void widen(PyArrayObject* indices, Index first, Index count, Index base, Index* to) {
  with_integer(PyArray_ITEMSIZE(indices), [&](auto integer) {
    const auto* const from = reinterpret_cast<const decltype(integer)*>(PyArray_BYTES(indices));
    for (Index i = 0; i < count; ++i) {
      const Index index = from[first + i];
      to[i] = index + (index < 0 ? 0 : base);
    }
  });
}

// One of the answers to be merged.
struct Part {
  PyArrayObject *values, *indices;
  Index base;

  // False unless it is of as many slices as the merged ones, and lies as these and the first do.
  bool read(PyObject* tuple, PyArrayObject* merged, const Part& first);
};

bool Part::read(PyObject* tuple, PyArrayObject* merged, const Part& first) {
  if (!PyTuple_Check(tuple) || PyTuple_Size(tuple) != 3) return raise_layout();
  PyObject *const one = PyTuple_GetItem(tuple, 0), *const other = PyTuple_GetItem(tuple, 1);
  if (!PyArray_Check(one) || !PyArray_Check(other)) return raise_layout();
  values = reinterpret_cast<PyArrayObject*>(one);
  indices = reinterpret_cast<PyArrayObject*>(other);
  base = PyLong_AsSsize_t(PyTuple_GetItem(tuple, 2));
  if (base == -1 && PyErr_Occurred()) return false;
  const Index size = PyArray_SIZE(merged);
  return (may_be_values(values) && may_be_indices(indices) && PyArray_SIZE(values) == size &&
          PyArray_SIZE(indices) == size &&
          PyArray_ITEMSIZE(indices) == PyArray_ITEMSIZE(first.indices) &&
          PyArray_EquivTypes(PyArray_DESCR(values), PyArray_DESCR(merged))) ||
         raise_layout();
}

// Merges parts, some slices of all of them at a time.
class Merge {
 public:
  // `target` may be null: no distances are compared. Else its strides are one, from a slice to the
  // next.
  Merge(const Answers& answers, const Part* parts, Index count, const Order& order,
        const Target* target, Ties ties, bool omits, bool in_order)
      : values_(answers.values[0]),
        indices_(answers.indices[0]),
        parts_(parts),
        count_(count),
        order_(order),
        target_(target),
        ties_(ties),
        omits_(omits),
        in_order_(in_order),
        itemsize_(PyArray_ITEMSIZE(values_)),
        swapped_(PyArray_ISBYTESWAPPED(values_)) {
    const Index room = bytes_at_once_merged / (count * itemsize_);
    width_ = room < 64 ? 64 : room > panel_slices ? panel_slices : room;
  }

  // Merges slices [begin, end); false if there is no memory for it.
  bool operator()(Index begin, Index end) const;

 private:
  using Bytes = std::unique_ptr<char[]>;

  // Merge `size` slices from `first` on: their elements go to the answers, their indices to `best`.
  // As the rows of one array, of which the core chooses the best: parts that are in order are in
  // the order of their indices. `rows` has room for elements and masks of them all.
  bool as_rows(Index first, Index size, char* rows, Index* best) const;
  // One after the other.
  bool in_turn(Index first, Index size, Index* others, Index* best) const;

  char* elements(PyArrayObject* a, Index first) const {
    return PyArray_BYTES(a) + first * itemsize_;
  }
  template <class Integer>
  const Integer* indices(Index part, Index first) const {
    return reinterpret_cast<const Integer*>(PyArray_BYTES(parts_[part].indices)) + first;
  }

  PyArrayObject *values_, *indices_;
  const Part* parts_;
  Index count_;
  Order order_;
  const Target* target_;
  Ties ties_;
  bool omits_, in_order_;
  Index itemsize_;
  bool swapped_;
  Index width_;
};

bool Merge::operator()(Index begin, Index end) const {
  const auto bytes = static_cast<std::size_t>(in_order_ ? count_ * width_ * (itemsize_ + 1)
                                                        : width_ * Index{sizeof(Index)});
  const std::unique_ptr<Index[]> best(new (std::nothrow) Index[static_cast<std::size_t>(width_)]);
  const std::unique_ptr<char[]> room(new (std::nothrow) char[bytes]);
  if (!best || !room) return false;
  for (Index first = begin; first < end; first += width_) {
    const Index size = end - first < width_ ? end - first : width_;
    if (in_order_ ? !as_rows(first, size, room.get(), best.get())
                  : !in_turn(first, size, reinterpret_cast<Index*>(room.get()), best.get()))
      return false;
    narrow(best.get(), first, size, indices_);
  }
  return true;
}

bool Merge::as_rows(Index first, Index size, char* rows, Index* best) const {
  char* const masks = rows + count_ * size * itemsize_;
  bool misses = false;
  for (Index part = 0; part < count_; ++part) {
    __builtin_memcpy(rows + part * size * itemsize_, elements(parts_[part].values, first),
                     static_cast<std::size_t>(size * itemsize_));
    with_integer(PyArray_ITEMSIZE(parts_[part].indices), [&](auto integer) {
      const auto* const from = indices<decltype(integer)>(part, first);
      decltype(integer) all = 0;
      for (Index i = 0; i < size; ++i) all |= from[i];
      misses |= all < 0;
    });
  }
  if (misses)
    for (Index part = 0; part < count_; ++part)
      with_integer(PyArray_ITEMSIZE(parts_[part].indices), [&](auto integer) {
        const auto* const from = indices<decltype(integer)>(part, first);
        for (Index i = 0; i < size; ++i) masks[part * size + i] = from[i] < 0;
      });
  const Index shape[] = {count_, size}, strides[] = {size * itemsize_, itemsize_};
  Array array{rows, 2, shape, strides, itemsize_, swapped_};
  Target target;
  if (target_) {
    target.data = target_->data + first * target_->strides[0];
    target.strides[0] = 0;
    target.strides[1] = target_->strides[0];
    target.metric = target_->metric;
    array.target = &target;
  }
  Mask mask;
  if (misses) mask = {masks, {size, 1}, true};
  const Index step = sizeof(Index);
  Plan plan(array, mask, {1, {0}}, &step, Visit::memory_order, ties_);
  plan.may_miss = misses || omits_;
  if (!run(plan, target_ ? target.metric.size : itemsize_, {order_, reinterpret_cast<char*>(best)})
           .finished)
    return false;
  const auto take = [&](auto integer, auto bytes) {
    char* value = elements(values_, first);
    for (Index i = 0; i < size; ++i, value += bytes) {
      const Index part = best[i];
      if (part == no_candidate) {
        __builtin_memset(value, 0, static_cast<std::size_t>(bytes));
        continue;
      }
      __builtin_memcpy(value, rows + (part * size + i) * bytes, static_cast<std::size_t>(bytes));
      best[i] = parts_[part].base + indices<decltype(integer)>(part, first)[i];
    }
  };
  with_integer(PyArray_ITEMSIZE(parts_[0].indices), [&](auto integer) {
    with_item_size(itemsize_, [&](auto bytes) { take(integer, bytes); });
  });
  return true;
}

bool Merge::in_turn(Index first, Index size, Index* others, Index* best) const {
  char* const values = elements(values_, first);
  AnswerElements elements_of{itemsize_, swapped_};
  if (target_)
    elements_of = {itemsize_, swapped_, target_, target_->data + first * target_->strides[0],
                   target_->strides[0]};
  __builtin_memcpy(values, elements(parts_[0].values, first),
                   static_cast<std::size_t>(size * itemsize_));
  widen(parts_[0].indices, first, size, parts_[0].base, best);
  for (Index part = 1; part < count_; ++part) {
    widen(parts_[part].indices, first, size, parts_[part].base, others);
    if (!merge_on({order_, reinterpret_cast<char*>(best), values},
                  {order_, reinterpret_cast<char*>(others), elements(parts_[part].values, first)},
                  size, elements_of, ties_))
      return false;
  }
  return true;
}

}  // namespace

bool merge_parts(const Function& function, const Arguments& arguments, const Answers& answers,
                 PyObject* sequence, bool in_order) {
  Question question{};
  if (!read_keywords(function, arguments, question)) return false;
  const int dtype = kernel_dtype_of(PyArray_DESCR(answers.values[0]));
  const Index slices = PyArray_SIZE(answers.values[0]);
  const Index count = PyTuple_Check(sequence) ? PyTuple_Size(sequence) : 0;
  if (dtype < 0 || answers.ends != 1 || count == 0 || PyArray_SIZE(answers.indices[0]) != slices)
    return raise_layout();
  const std::unique_ptr<Part[]> parts(new (std::nothrow) Part[static_cast<std::size_t>(count)]);
  if (!parts) {
    PyErr_NoMemory();
    return false;
  }
  for (Index i = 0; i < count; ++i)
    if (!parts[i].read(PyTuple_GetItem(sequence, i), answers.values[0], parts[0])) return false;
  const auto elements = static_cast<DType>(dtype);
  const Kernels& kernels = *instruction_set().kernels;
  Target target;
  Ref holder;
  if (arguments.distance_to) {  // one value for all slices, or one for each
    const Array all{PyArray_BYTES(answers.values[0]), 1, &slices, nullptr, 0, false};
    if (!read_target(arguments.distance_to, answers.values[0], elements, all, {0, {}}, target,
                     holder))
      return false;
  }
  const bool measures = static_cast<bool>(holder);
  const DType compared = measures ? distance_dtype(elements) : elements;
  const Merge merge(answers, parts.get(), count,
                    kernels.order(compared, function.extreme, question.nan),
                    measures ? &target : nullptr, question.ties,
                    question.nan == Nan::omit && has_nan(elements), in_order);
  std::atomic<bool> finished{true};
  {
    const WithoutGil without_gil(count * PyArray_NBYTES(answers.values[0]) >= releases_gil_from);
    const Index worth = count * slices / merged_by_thread + 1;
    const Index tasks = worth < num_threads() ? worth : num_threads();
    share(tasks, [&](Index task) {
      const Index each = slices / tasks, begin = each * task;
      if (!merge(begin, task + 1 == tasks ? slices : begin + each)) finished = false;
    });
  }
  if (!finished && !PyErr_Occurred()) PyErr_NoMemory();
  return finished;
}

}  // namespace minloc
