package dev.parity.cuda.internal.driver;

import static org.bytedeco.cuda.global.cudart.cuLaunchKernel;

import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.javacpp.PointerPointer;

/// A function that the device runs.
///
/// @param name as in its file
/// @param function the driver's handle, valid as long as the device is open
public record Kernel(String name, CUfunc_st function) {
    /// How many blocks, and threads in each.
    ///
    /// @param x blocks along x, at least 1
    /// @param y blocks along y, 1 to 65,535
    /// @param z blocks along z, 1 to 65,535
    /// @param threads of a block, 1 to 1024
    public record Geometry(int x, int y, int z, int threads) {
        /// Makes the geometry of a row of blocks.
        ///
        /// @param blocks at least 1
        /// @param threads of a block
        /// @return the geometry
        public static Geometry of(int blocks, int threads) {
            return new Geometry(blocks, 1, 1, threads);
        }

        @Override
        public String toString() {
            return "<<<(%d,%d,%d),%d>>>".formatted(x, y, z, threads);
        }
    }

    /// Gives a launch to a stream.
    ///
    /// @param stream of the kernel's device
    /// @param geometry blocks and threads
    /// @param arguments as the kernel declares them
    public void launch(Stream stream, Geometry geometry, Arguments arguments) {
        stream.device()
                .check(
                        cuLaunchKernel(
                                function,
                                geometry.x(),
                                geometry.y(),
                                geometry.z(),
                                geometry.threads(),
                                1,
                                1,
                                0,
                                stream.handle(),
                                arguments.pointers(),
                                new PointerPointer<>()),
                        "%s%s".formatted(name, geometry));
    }
}
