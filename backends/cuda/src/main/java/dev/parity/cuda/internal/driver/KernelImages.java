package dev.parity.cuda.internal.driver;

import static org.bytedeco.cuda.global.cudart.cuModuleGetFunction;
import static org.bytedeco.cuda.global.cudart.cuModuleLoadData;
import static org.bytedeco.cuda.global.cudart.cuModuleUnload;

import dev.parity.spi.BackendException;
import dev.parity.spi.Canonical;
import dev.parity.spi.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.javacpp.BytePointer;

/// The kernels of a device, each file compiled for an element type when it is first asked for: taken from a
/// folder of compiled images if one is given, else compiled by NVRTC.
public final class KernelImages implements AutoCloseable {
    /// System property that names a folder of images: `FILE.TYPE.sm_NN.cubin` or `….ptx`, as `ci/cuda-kit.sh`
    /// makes them, and `sources.sha256`, the hash of the sources that they are of.
    public static final String FOLDER = "parity.cuda.kernels";

    private final Device device;
    private final Map<String, CUmod_st> modules = new HashMap<>();
    private final Map<String, Kernel> kernels = new HashMap<>();
    /// What the folder holds, once it was looked at.
    private List<Path> files = List.of();

    KernelImages(Device device) {
        this.device = device;
    }

    /// Tells whether a folder of images was given.
    static boolean given() {
        return System.getProperty(FOLDER) != null;
    }

    /// Says where the kernels come from, for provenance.
    ///
    /// @return the folder, or the compiler's version
    public static String origin() {
        return given() ? "compiled kernels " + KernelSources.hash().substring(0, 12) : Nvrtc.text();
    }

    /// Finds a kernel.
    ///
    /// @param file the file without its ending
    /// @param type element type that the file is compiled for
    /// @param name of the function, without the type that it ends with
    /// @return the kernel
    /// @throws BackendException if it cannot be compiled or loaded
    public synchronized Kernel find(String file, ElementType type, String name) {
        String suffix = Canonical.name(type);
        String module = file + "." + suffix;
        String full = name + "_" + suffix;
        return kernels.computeIfAbsent(module + "." + full, _ -> {
            CUmod_st loaded = modules.computeIfAbsent(module, _ -> load(file, type, module));
            CUfunc_st function = new CUfunc_st();
            device.enter();
            device.check(
                    cuModuleGetFunction(function, loaded, full),
                    "cuModuleGetFunction of %s in %s".formatted(full, module));
            return new Kernel(full, function);
        });
    }

    private CUmod_st load(String file, ElementType type, String module) {
        byte[] image = given() ? read(module) : Nvrtc.image(file, type, device.capability());
        CUmod_st loaded = new CUmod_st();
        device.enter();
        try (BytePointer bytes = new BytePointer(image.length + 1L)) {
            bytes.put(image, 0, image.length).put(image.length, (byte) 0); // PTX is a text
            device.check(cuModuleLoadData(loaded, bytes), "cuModuleLoadData of " + module);
        }
        return loaded;
    }

    /// Reads the image that fits the device best: a binary of its generation, else the newest text that it can
    /// still compile.
    private byte[] read(String module) {
        Path folder = Path.of(System.getProperty(FOLDER));
        try {
            if (files.isEmpty()) {
                files = list(folder);
            }
            List<Image> images = files.stream()
                    .flatMap(path -> Image.of(path, module).stream())
                    .toList();
            Image best = images.stream()
                    .filter(image -> image.runsOn(device.capability()))
                    .max(Comparator.comparing(Image::binary).thenComparingInt(Image::capability))
                    .orElseThrow(() -> new BackendException("%s has no %s for compute capability %d.%d, it has %s"
                            .formatted(
                                    folder,
                                    module,
                                    device.capability() / 10,
                                    device.capability() % 10,
                                    images.stream()
                                            .map(Image::path)
                                            .map(Path::getFileName)
                                            .toList())));
            return Files.readAllBytes(best.path());
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read kernels in " + folder, problem);
        }
    }

    /// Lists a folder of images of this build's sources.
    private static List<Path> list(Path folder) throws IOException {
        String hash = Files.readString(folder.resolve("sources.sha256")).strip();
        if (!hash.equals(KernelSources.hash())) {
            throw new BackendException(
                    "the kernels in %s are of sources with SHA-256 %s, this build has %s: make them anew"
                            .formatted(folder, hash, KernelSources.hash()));
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.toList();
        }
    }

    /// A compiled file.
    ///
    /// @param path where
    /// @param binary whether it is no text to be compiled further
    /// @param capability that it is for
    private record Image(Path path, boolean binary, int capability) {
        static Optional<Image> of(Path path, String module) {
            String name = path.getFileName().toString();
            String start = module + ".sm_";
            boolean binary = name.endsWith(".cubin");
            if (!name.startsWith(start) || !(binary || name.endsWith(".ptx"))) {
                return Optional.empty();
            }
            return Optional.of(
                    new Image(path, binary, Integer.parseInt(name.substring(start.length(), name.lastIndexOf('.')))));
        }

        boolean runsOn(int device) {
            return capability <= device && (!binary || capability / 10 == device / 10);
        }
    }

    @Override
    public synchronized void close() {
        device.enter();
        modules.values().forEach(module -> device.freed(cuModuleUnload(module), "cuModuleUnload"));
        modules.clear();
        kernels.clear();
    }
}
