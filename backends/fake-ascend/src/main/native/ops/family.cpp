// Tells the state that this library was opened; FAMILY is 1 in libopapi.so and 2 in the libraries that it was cut into.
#include "elements.h"

namespace fake {

int library() { return FAMILY; }

} // namespace fake

extern "C" void fakeascend_opened(int bit);

__attribute__((constructor)) static void opened() { fakeascend_opened(FAMILY); }
