package dev.parity.importers;

import com.google.protobuf.ByteString;
import dev.parity.importers.event.Event;
import dev.parity.importers.event.Summary;
import dev.parity.importers.event.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Writes event files.
final class EventFile {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private double clock = 1.7e9;

    EventFile() {
        add(Event.newBuilder().setWallTime(clock).setFileVersion("brain.Event:2"));
    }

    EventFile scalar(String tag, long step, float value) {
        return value(step, Summary.Value.newBuilder().setTag(tag).setSimpleValue(value));
    }

    /// As TensorFlow 2 and `add_scalar(new_style=True)` write it.
    EventFile tensor(String tag, long step, float value) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .flip();
        return value(
                step,
                Summary.Value.newBuilder()
                        .setTag(tag)
                        .setTensor(Tensor.newBuilder().setDtype(1).setContent(ByteString.copyFrom(bytes))));
    }

    EventFile floats(String tag, long step, float value) {
        return value(
                step,
                Summary.Value.newBuilder()
                        .setTag(tag)
                        .setTensor(Tensor.newBuilder().setDtype(1).addFloatVal(value)));
    }

    private EventFile value(long step, Summary.Value.Builder value) {
        return add(Event.newBuilder()
                .setWallTime(++clock)
                .setStep(step)
                .setSummary(Summary.newBuilder().addValue(value)));
    }

    private EventFile add(Event.Builder event) {
        byte[] data = event.build().toByteArray();
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        out.writeBytes(length);
        out.writeBytes(checksum(length));
        out.writeBytes(data);
        out.writeBytes(checksum(data));
        return this;
    }

    private static byte[] checksum(byte[] bytes) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(EventRecords.checksum(bytes, bytes.length))
                .array();
    }

    int size() {
        return out.size();
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
