#include "moving.hpp"

#include <algorithm>
#include <atomic>
#include <new>

#include "interrupt.hpp"
#include "plan.hpp"
#include "pool.hpp"
#include "window_kernels.hpp"

namespace minloc {
namespace {

// A line alone is cut into as many pieces as a strip has lines, each this many windows or more, and
// many times as long as a window: the pieces overlap by a window.
constexpr Index piece_windows = 4096, piece_in_windows = 8;
constexpr Index page_elements = 512, lines_apart = 72;
// The number of a row fits 32 bits in lines of at most so many elements.
constexpr Index numbered_by_word = Index{1} << 30;
// Lines side by side are read in panels: so many bytes of a row, if their blocks fit a near cache.
constexpr Index panel_row = 2048, panel_scratch = 1 << 19;
// Between two looks for a signal.
constexpr Index windows_at_once = Index{1} << 20;

// Memory for a kernel.
class KernelScratch {
 public:
  explicit KernelScratch(Index bytes)
      : memory_(static_cast<char*>(
            ::operator new(static_cast<std::size_t>(bytes), alignment, std::nothrow))) {}
  ~KernelScratch() { ::operator delete(memory_, alignment); }
  KernelScratch(const KernelScratch&) = delete;
  KernelScratch& operator=(const KernelScratch&) = delete;
  char* get() const { return memory_; }

 private:
  static constexpr std::align_val_t alignment{64};
  char* const memory_;
};

// An axis other than that of the windows.
struct Kept {
  Index size, stride, mask_stride, out_stride;
};

class Moving {
 public:
  Moving(const Array& array, const Mask& mask, int axis, const Windows& windows,
         const WindowQuestion& question, char* out, const Index* out_strides);

  bool start() const;

 private:
  // Windows [from, to) of panels [first, last), which are numbered through all loops.
  bool some_panels(Index first, Index last, Index from, Index to) const;
  // Whether lines that are alone are cut into pieces.
  bool cuts_lines(const Windows& windows) const {
    return windows.count >= kernel_->width * windows.length;
  }
  bool panel(Lines lines, Windows windows, Patience& patience) const;
  void before(Lines lines, const Windows& windows, Index count) const;
  void behind(Lines lines, const Windows& windows, Index from) const;
  bool within(Lines lines, const Windows& windows, Index from, Index to, Patience& patience) const;
  // The answers of a line from one on, cut into the pieces of a strip; returns for how many.
  Index in_pieces(const Lines& lines, Index window, Index count) const;

  Windows windows_;
  bool late_;
  const WindowKernel* kernel_;
  Lines lines_;  // the first panel, from its first element on
  int kept_count_ = 0;
  Kept kept_[max_ndim];  // the loops around it, outermost first
  Kept abreast_{1, 0, 0, 0};
  Index width_, panels_, itemsize_;  // lines in a panel, panels abreast, bytes of an element
};

Moving::Moving(const Array& array, const Mask& mask, int axis, const Windows& windows,
               const WindowQuestion& question, char* out, const Index* out_strides)
    : windows_(windows), late_(question.ties == Ties::last), itemsize_(array.itemsize) {
  const WindowKernels& kernels = *instruction_set().kernels->windows;
  WindowKey key = window_key_of(question.dtype, mask.data != nullptr);
  if (key == WindowKey::word && windows.line > numbered_by_word) key = WindowKey::two_words;
  kernel_ = &kernels.of[static_cast<int>(key)];
  const bool omits = question.nan == Nan::omit;
  lines_ = {
      .data = array.data,
      .lines = 1,
      .line_stride = 0,
      .length = windows.line,
      .stride = array.strides[axis],
      .mask = {mask.data, 0, mask.data ? mask.strides[axis] : 0, mask.masked_value},
      .swapped = array.swapped,
      .omits = omits,
      .may_miss = mask.data || (omits && has_nan(question.dtype)),
      .coding = coding_of(question.dtype, question.extreme, question.nan),
      .out = out,
      .out_line_stride = 0,
      .out_stride = out_strides[axis],
      .index = 0,
      .index_line = 0,
      .index_step = 1,
      .window = windows.length,
      .skip = 0,
      .read = kernels.read[static_cast<int>(family_of(question.dtype))][static_cast<int>(key)],
      .scratch = nullptr};

  // Loops in the order of memory, neighbours that are one run merged; the innermost is abreast.
  int count = 0;
  for (int other = 0; other < array.ndim; ++other) {
    const Kept kept{array.shape[other], array.strides[other], mask.data ? mask.strides[other] : 0,
                    out_strides[other]};
    if (other == axis || kept.size == 1) continue;
    int place = count++;
    for (; place > 0 && magnitude(kept_[place - 1].stride) < magnitude(kept.stride); --place)
      kept_[place] = kept_[place - 1];
    kept_[place] = kept;
  }
  for (int i = 0; i < count; ++i) {
    const Kept inner = kept_[i];
    if (kept_count_ > 0) {
      Kept& outer = kept_[kept_count_ - 1];
      if (outer.stride == inner.size * inner.stride &&
          outer.mask_stride == inner.size * inner.mask_stride &&
          outer.out_stride == inner.size * inner.out_stride) {
        outer = {outer.size * inner.size, inner.stride, inner.mask_stride, inner.out_stride};
        continue;
      }
    }
    kept_[kept_count_++] = inner;
  }
  if (kept_count_ > 0) abreast_ = kept_[--kept_count_];
  width_ = abreast_.size < kernel_->width ? 1 : kernel_->width;
  if (width_ > 1 && abreast_.stride == itemsize_) {
    const Index kept = windows_.has_full() ? rows_kept(windows_.length, 2) : 1;
    const Index row = kept * kernel_->row / kernel_->width;
    const Index fit = std::min({panel_row / itemsize_, panel_scratch / std::max(row, Index{1}),
                                abreast_.size / num_threads()});
    width_ = std::min(std::max(fit / width_, Index{1}) * width_, abreast_.size);
  }
  panels_ = (abreast_.size + width_ - 1) / width_;
  lines_.line_stride = abreast_.stride;
  lines_.mask.slice_stride = abreast_.mask_stride;
  lines_.out_line_stride = abreast_.out_stride;
}

bool Moving::start() const {
  Index panels = panels_;
  for (int i = 0; i < kept_count_; ++i) panels *= kept_[i].size;
  const Index threads = num_threads(), lines = panels * width_;
  const Index bytes = lines * (windows_.line * itemsize_ + windows_.count * Index{sizeof(Index)});
  if (threads == 1 || bytes < worth_sharing) return this->some_panels(0, panels, 0, windows_.count);
  // Panels, or windows if there are few of them and each part has many.
  const Index parts = std::min(threads * parts_for_thread, bytes / worth_a_part);
  std::atomic<bool> finished{true};
  if (panels >= threads) {
    const Index some = std::min(parts, panels);
    share(some, [&](Index part) {
      if (!this->some_panels(border(panels, some, part), border(panels, some, part + 1), 0,
                             windows_.count))
        finished = false;
    });
  } else {
    const Index most = windows_.count / (windows_.length * piece_in_windows);
    const Index some = std::max(std::min(parts, most), Index{1});
    share(some, [&](Index part) {
      if (!this->some_panels(0, panels, border(windows_.count, some, part),
                             border(windows_.count, some, part + 1)))
        finished = false;
    });
  }
  return finished;
}

bool Moving::some_panels(Index first, Index last, Index from, Index to) const {
  const Windows windows = windows_.part(from, to);
  const Index abreast = width_ > 1 ? width_ : cuts_lines(windows) ? kernel_->width : 1;
  const KernelScratch scratch(kernel_->scratch(windows.has_full() ? windows.length : 0, abreast));
  if (!scratch.get()) return false;
  Patience patience;
  for (Index number = first; number < last; ++number) {
    Index loop = number / panels_;
    Lines lines = lines_;
    lines.scratch = scratch.get();
    for (int i = kept_count_ - 1; i >= 0; --i) {
      const Kept& kept = kept_[i];
      const Index at = loop % kept.size;
      loop /= kept.size;
      lines.data += at * kept.stride;
      if (lines.mask) lines.mask.bytes += at * kept.mask_stride;
      lines.out += at * kept.out_stride;
    }
    // The last panel overlaps the one before it.
    lines = lines.part(std::min(number % panels_ * width_, abreast_.size - width_), width_);
    lines.out += from * lines.out_stride;
    if (!panel(lines, windows, patience)) return false;
  }
  return true;
}

bool Moving::panel(Lines lines, Windows windows, Patience& patience) const {
  const Index from = windows.within_from(), to = windows.within_to();
  if (patience.ends(windows.line * lines.lines)) return false;
  if (from > 0) before(lines, windows, from);
  if (to < windows.count) behind(lines, windows, to);
  return within(lines, windows, from, to, patience);
}

// Windows [0, count), which begin with the line or before it.
void Moving::before(Lines lines, const Windows& windows, Index count) const {
  lines.window = 0;
  lines.length = windows.end(count - 1);
  lines.skip = windows.end(0) - 1;
  kernel_->running[late_](lines);
  // Those that end behind the line too are the whole of it.
  for (Index line = 0; line < lines.lines; ++line) {
    char* const out = lines.out + line * lines.out_line_stride;
    for (Index i = lines.length - lines.skip; i < count; ++i)
      *reinterpret_cast<Index*>(out + i * lines.out_stride) =
          *reinterpret_cast<Index*>(out + (i - 1) * lines.out_stride);
  }
}

// Windows from one on, which end with the line or behind it: read backwards, where the first of
// equal elements is the last.
void Moving::behind(Lines lines, const Windows& windows, Index from) const {
  const Index last = windows.line - 1;
  lines.window = 0;
  lines.data += last * lines.stride;
  lines.mask.move(0, last);
  lines.stride = -lines.stride;
  lines.mask.stride = -lines.mask.stride;
  lines.index += last;
  lines.index_step = -1;
  lines.length = windows.line - windows.begin(from);
  lines.skip = last - windows.begin(windows.count - 1);
  lines.out += (windows.count - 1) * lines.out_stride;
  lines.out_stride = -lines.out_stride;
  kernel_->running[!late_](lines);
}

bool Moving::within(Lines lines, const Windows& windows, Index from, Index to,
                    Patience& patience) const {
  const Index window = windows.length;
  const bool cuts = cuts_lines(windows);
  const auto skip = [&](Index count) {
    lines.data += count * lines.stride;
    lines.mask.move(0, count);
    lines.index += count;
    lines.out += count * lines.out_stride;
  };
  lines.out += from * lines.out_stride;
  if (from < to) {
    const Index begin = windows.begin(from);
    lines.data += begin * lines.stride;
    lines.mask.move(0, begin);
    lines.index += begin;
  }
  const Index most = std::max(windows_at_once, window * piece_in_windows);
  for (Index done = from, some; done < to; done += some) {
    some = std::min(to - done, most);
    if (lines.lines == 1 && cuts && some >= kernel_->width) {
      some = in_pieces(lines, window, some);
    } else {
      lines.length = some + window - 1;
      kernel_->full[late_](lines);
    }
    skip(some);
    if (patience.ends(some * lines.lines * Index{sizeof(Index)})) return false;
  }
  return true;
}

Index Moving::in_pieces(const Lines& line, Index window, Index count) const {
  const Index width = kernel_->width;
  const Index longest = std::max(piece_windows + page_elements, window * piece_in_windows);
  Index piece = std::min(count / width, longest);
  // Pieces a multiple of a page apart would compete for the same sets of the first-level cache.
  if (piece > piece_windows)
    piece = (piece - lines_apart) / page_elements * page_elements + lines_apart;
  Lines lines = line;
  lines.lines = width;
  lines.line_stride = piece * line.stride;
  lines.mask.slice_stride = piece * line.mask.stride;
  lines.out_line_stride = piece * line.out_stride;
  lines.index_line = piece;
  lines.length = piece + window - 1;
  kernel_->full[late_](lines);
  return piece * width;
}

}  // namespace

bool find_windows(const Array& array, const Mask& mask, int axis, const Windows& windows,
                  const WindowQuestion& question, char* out, const Index* out_strides) {
  return Moving(array, mask, axis, windows, question, out, out_strides).start();
}

}  // namespace minloc
