package dev.parity.ascend.internal.cann;

import dev.parity.spi.BackendException;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/// An NPU. Its calls go to it from threads that have entered it.
public final class Device {
    private final Cann cann;
    private final int ordinal;
    private final Soc soc;
    private final String text;
    private volatile boolean lost;
    private volatile Supplier<String> work = () -> "";

    /// Describes a device.
    ///
    /// @param cann calls it
    /// @param ordinal its number, as ASCEND_RT_VISIBLE_DEVICES leaves them
    /// @param soc its generation
    public Device(Cann cann, int ordinal, Soc soc) {
        this.cann = cann;
        this.ordinal = ordinal;
        this.soc = soc;
        text = "%s, %s, %s".formatted(cann.soc(), cann.version(), cann.libraries());
    }

    /// Returns what calls it.
    ///
    /// @return of the process
    public Cann cann() {
        return cann;
    }

    /// Returns its number.
    ///
    /// @return from 0
    public int ordinal() {
        return ordinal;
    }

    /// Returns its generation.
    ///
    /// @return which decides what it computes
    public Soc soc() {
        return soc;
    }

    /// Describes device and libraries for provenance.
    ///
    /// @return system on chip, versions, and files
    public String text() {
        return text;
    }

    /// Makes the calling thread's calls go to this device, until it leaves.
    public void enter() {
        check("aclrtSetDevice", ordinal);
    }

    /// Ends what [#enter] began; the last one to leave lets the device go.
    public void leave() {
        freed("aclrtResetDevice", ordinal);
    }

    /// Asks somebody else what the device is doing, should it be lost.
    ///
    /// @param told for the end of a sentence
    public void tells(Supplier<String> told) {
        work = told;
    }

    /// Calls a function.
    ///
    /// @param function of [Prototypes]
    /// @param arguments of exactly its types
    /// @throws BackendException if it fails
    public void check(String function, Object... arguments) {
        checked(cann.call(function, arguments), function);
    }

    /// Throws if a call failed. If the device is lost by that, the message says what all its ranks did.
    ///
    /// @param code what it returned, on this thread
    /// @param what the call
    public void checked(int code, String what) {
        if (Codes.isLost(code)) {
            lost = true;
            throw new BackendException(
                    "%s is lost (%s)%s; %s".formatted(this, text, work.get(), cann.failure(code, what)));
        }
        cann.checked(code, what);
    }

    /// Tells whether the device does nothing any more.
    ///
    /// @return whether a call has said so
    boolean isLost() {
        return lost;
    }

    /// Calls a function that frees something, whose failure counts only if the device is not lost.
    ///
    /// @param function of [Prototypes]
    /// @param arguments of exactly its types
    public void freed(String function, Object... arguments) {
        int code = cann.call(function, arguments);
        lost |= Codes.isLost(code);
        if (!lost) {
            checked(code, function);
        }
    }

    /// Takes memory; what it holds is not defined.
    ///
    /// @param bytes at least 1
    /// @return its address, aligned to 32 bytes at least
    /// @throws BackendException if there is not enough
    public long allocate(long bytes) {
        int hugeFirst = 0; // ACL_MEM_MALLOC_HUGE_FIRST
        return make("aclrtMalloc", bytes, hugeFirst).address();
    }

    /// Gives memory back; nothing that uses it may be under way.
    ///
    /// @param address as it was allocated
    public void free(long address) {
        freed("aclrtFree", Cann.pointer(address));
    }

    /// Makes something that has an address.
    ///
    /// @param function that writes the address to its first argument
    /// @param more its other arguments
    /// @return the address
    MemorySegment make(String function, Object... more) {
        return cann.address(function, address -> {
            Object[] arguments = new Object[more.length + 1];
            arguments[0] = address;
            System.arraycopy(more, 0, arguments, 1, more.length);
            int code = cann.call(function, arguments);
            checked(code, function);
            return code;
        });
    }

    @Override
    public String toString() {
        return "ascend:" + ordinal;
    }
}
