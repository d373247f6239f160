package dev.parity.cpu.internal.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/// The shape of all vectors: 8 lanes of FP32, or the processor's 4.
///
/// No result depends on it, since every kernel computes its lanes apart from each other. Wider vectors gain
/// nothing that could be measured, and a second shape beside this one costs far more: see the package.
final class Lanes {
    private static final boolean WIDE = FloatVector.SPECIES_PREFERRED.length() >= 8;

    static final VectorSpecies<Float> FLOATS = WIDE ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
    static final VectorSpecies<Integer> INTS = WIDE ? IntVector.SPECIES_256 : IntVector.SPECIES_128;
    static final VectorSpecies<Double> DOUBLES = WIDE ? DoubleVector.SPECIES_256 : DoubleVector.SPECIES_128;
    static final VectorSpecies<Long> LONGS = WIDE ? LongVector.SPECIES_256 : LongVector.SPECIES_128;
    static final int COUNT = FLOATS.length();

    private Lanes() {}
}
