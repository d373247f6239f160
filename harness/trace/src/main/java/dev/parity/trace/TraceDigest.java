package dev.parity.trace;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/// SHA-256 over what a run computed: the comparability keys and every record in order, but no clock, host
/// or device.
///
/// Two runs with equal digests made the same numbers at every step.
public final class TraceDigest {
    private final MessageDigest digest;

    /// Starts an empty digest.
    public TraceDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /// Adds a record.
    ///
    /// @param item the next record
    public void add(TraceRecord item) {
        add(item, Json.bytes(item));
    }

    /// Adds a record.
    ///
    /// @param item the next record
    /// @param written as [Json#bytes] writes it
    void add(TraceRecord item, byte[] written) {
        switch (item) {
            case TraceRecord.Header(int version, Provenance provenance) -> {
                Provenance compared = new Provenance(
                        provenance.source(), provenance.comparability(), new TreeMap<>(), new TreeMap<>());
                line(Json.bytes(new TraceRecord.Header(version, compared)));
            }
            case StepRecord _, Point _, ScaleEvent _, Evaluation _, TraceRecord.Fact _, TraceRecord.Note _ ->
                line(written);
            case TraceRecord.End _ -> {
                // it holds the digest itself
            }
        }
    }

    private void line(byte[] written) {
        digest.update(written);
        digest.update((byte) '\n');
    }

    /// Returns the digest so far.
    ///
    /// @return 64 hexadecimal digits
    public String hex() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("SHA-256 of the JDK can be cloned", impossible);
        }
    }

    /// Computes the digest of a whole run.
    ///
    /// @param trace a recorded run
    /// @return 64 hexadecimal digits
    public static String of(Iterable<TraceRecord> trace) {
        TraceDigest digest = new TraceDigest();
        trace.forEach(digest::add);
        return digest.hex();
    }
}
