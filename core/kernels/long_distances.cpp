// The distances of long doubles and of complex ones, which have no vectors: compiled once.
#include "promising.hpp"

namespace minloc::MINLOC_ISA {

extern const Distances long_distances[];
constinit const Distances long_distances[] = {distances_of<Family::longdouble>(),
                                              distances_of<Family::clongdouble>()};

}  // namespace minloc::MINLOC_ISA
