// The distances of all families that have vectors: compiled once for each instruction set.
#include "promising.hpp"

namespace minloc::MINLOC_ISA {

extern const Distances distances[];
constinit const Distances distances[] = {
    distances_of<Family::boolean>(),   distances_of<Family::int8>(),
    distances_of<Family::int16>(),     distances_of<Family::int32>(),
    distances_of<Family::int64>(),     distances_of<Family::half>(),
    distances_of<Family::float32>(),   distances_of<Family::float64>(),
    distances_of<Family::complex64>(), distances_of<Family::complex128>()};

}  // namespace minloc::MINLOC_ISA
