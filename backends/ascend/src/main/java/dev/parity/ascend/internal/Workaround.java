package dev.parity.ascend.internal;

import dev.parity.spi.BackendException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is done about a quirk of CANN unless it is switched off, by the quirk's id in the catalogue.
enum Workaround {
    /// Operators are told to repeat their bits.
    DETERMINISM("convolution-backward-not-repeatable"),
    /// The overflow mode is set, not left to the device.
    OVERFLOW_MODE("saturation-hides-infinity"),
    /// Products and convolutions are told how to multiply FP32.
    CUBE_TYPE("hf32-convolution-by-default"),
    /// Flags are reduced as INT32.
    FLAGS("hccl-reduces-no-bytes"),
    /// HCCL is told to add in one order.
    COLLECTIVE_ORDER("hccl-adds-as-ranks-arrive");

    /// System property: ids that are switched off, with commas between them.
    static final String OFF = "parity.ascend.workarounds.off";

    private final String id;

    Workaround(String id) {
        this.id = id;
    }

    /// Lists what is done in this process now.
    ///
    /// @throws BackendException if the property names something else
    static Set<Workaround> inForce() {
        Set<Workaround> all = EnumSet.allOf(Workaround.class);
        List<String> off = Stream.of(System.getProperty(OFF, "").split(","))
                .map(String::strip)
                .filter(id -> !id.isEmpty())
                .toList();
        for (String id : off) {
            if (!all.removeIf(each -> each.id.equals(id))) {
                throw new BackendException("-D%s names '%s', there are %s"
                        .formatted(
                                OFF,
                                id,
                                Arrays.stream(values()).map(each -> each.id).toList()));
            }
        }
        return all;
    }

    /// Names them for provenance.
    static String text(Set<Workaround> inForce) {
        return "workarounds "
                + Arrays.stream(values())
                        .map(each -> each.id + (inForce.contains(each) ? "" : " off"))
                        .collect(Collectors.joining(", "));
    }
}
