// Reading memory without doing anything with it, the measure of all benchmarks: compiled once for
// each instruction set.
#include "lanes.hpp"

namespace minloc::MINLOC_ISA {

std::uint64_t read(const char* begin, const char* end);
std::uint64_t read(const char* begin, const char* end) {
  using V = Vector<std::uint64_t>;
  constexpr Index ways = 8;
  V all[ways] = {};
  const char* p = begin;
  for (; end - p >= ways * vector_bytes; p += ways * vector_bytes)
    for (Index way = 0; way < ways; ++way) all[way] |= load<V>(p + way * vector_bytes);
  for (Index way = 1; way < ways; ++way) all[0] |= all[way];
  std::uint64_t bits = fold(all[0], [](V x, V y) { return x | y; });
  for (; p < end; ++p) bits |= static_cast<unsigned char>(*p);
  return bits;
}

}  // namespace minloc::MINLOC_ISA
