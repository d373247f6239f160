// Which captures are going on, and what they forbid.
#pragma once
#include "state.h"

namespace fake {

/// Refuses a call that is unsafe while a stream is captured, and spoils the captures that forbid it.
///
/// @return 900, or 0 if no capture forbids it
Result refuseWhileCapturing(const char *function);

/// Refuses work of the legacy stream while a stream of its context that waits for it is captured.
///
/// @return 906, or 0
Result refuseLegacyWork(const CUctx_st *context);

Result beginCapture(const std::shared_ptr<CUstream_st> &stream, int mode);

/// Ends the capture that began in the stream.
///
/// @param nodes gets what was captured
Result endCapture(const std::shared_ptr<CUstream_st> &stream, std::vector<Work> &nodes);

/// Adds work to the capture of a stream.
Result captureWork(CUstream_st &stream, Work work);

/// Lets a stream wait for an event, at least one of which belongs to a capture.
Result captureWait(const std::shared_ptr<CUstream_st> &stream, const CUevent_st &event);

void captureRecord(CUevent_st &event, const std::shared_ptr<CUstream_st> &stream);

/// Exchanges this thread's mode of forbidding.
void exchangeCaptureMode(int &mode);

void resetCaptures();

} // namespace fake
