// How streams work: at once, or lazily when something waits for them.
#pragma once
#include "state.h"

namespace fake {

/// The stream of a handle: 0 and the special handles 1 and 2 are the current context's legacy stream.
///
/// @return null if there is no such stream
std::shared_ptr<CUstream_st> streamOf(CUstream_st *handle);

/// The legacy stream of a context.
std::shared_ptr<CUstream_st> legacyStream(CUctx_st *context);

/// Adds work to a stream, or to the graph that it captures.
///
/// A failure of work is not this call's: it becomes the context's sticky error.
Result add(const std::shared_ptr<CUstream_st> &stream, Work work);

/// Does a stream's work until so many pieces are done.
///
/// @return 0, the context's sticky error, or BLOCKED if the next piece waits for somebody
Result advance(CUstream_st &stream, uint64_t upTo);

/// Waits until so many pieces of a stream are done. To be called with the lock taken once.
Result waitFor(const std::shared_ptr<CUstream_st> &stream, uint64_t upTo);

/// Waits for all that the context's streams have been given.
Result waitForAll(CUctx_st *context);

/// Lets a stream go on that a program asks about: a lazy one by one piece, so that asking again and again ends.
void nudge(CUstream_st &stream);

/// Advances the streams that hold work of a meeting up to it.
void advanceToMeeting(const void *meeting);

void resetStreams();

} // namespace fake
