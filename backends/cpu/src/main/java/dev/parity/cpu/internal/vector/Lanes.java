package dev.parity.cpu.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// The widths of vectors: 8 lanes of FP32, or the processor's 4; and 16 where long rows fill them.
///
/// No result depends on a width, since every kernel computes its lanes apart from each other.
final class Lanes {
    static final VectorSpecies<Float> FLOATS =
            FloatVector.SPECIES_PREFERRED.length() >= 8 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
    static final VectorSpecies<Integer> INTS =
            FloatVector.SPECIES_PREFERRED.length() >= 8 ? IntVector.SPECIES_256 : IntVector.SPECIES_128;
    static final int COUNT = FLOATS.length();
    /// For rows of 16 elements and more.
    static final VectorSpecies<Float> LONG =
            FloatVector.SPECIES_PREFERRED.length() > 16 ? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;
    static final int LONG_COUNT = LONG.length();

    private Lanes() {}
}
