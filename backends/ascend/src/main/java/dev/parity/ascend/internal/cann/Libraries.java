package dev.parity.ascend.internal.cann;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The files of CANN, in the layout of 8.x or of 9.x, and the functions they hold. The operators of 9.x stand in
/// several files, which must never be opened in one process with the single one of 8.x.
@SuppressWarnings("restricted") // native libraries are opened here
final class Libraries implements Lookup {
    /// System property: the root of the toolkit, or the folder of its libraries.
    static final String HOME = "parity.ascend.home";

    private static final List<String> ROOTS =
            List.of("/usr/local/Ascend/cann", "/usr/local/Ascend/ascend-toolkit/latest");

    private final List<Path> folders = new ArrayList<>();
    private final boolean given;
    private final List<String> names = new ArrayList<>();
    private final List<SymbolLookup> opened = new ArrayList<>();

    /// Opens the libraries.
    ///
    /// @throws Missing if one is absent
    Libraries() throws Missing {
        String home = System.getProperty(HOME);
        given = home != null;
        (given ? Stream.of(home) : roots())
                .flatMap(root -> Stream.of(Path.of(root), Path.of(root, "lib64")))
                .forEach(folders::add);
        if (!open("libacl_rt.so") && !open("libascendcl.so")) {
            throw new Missing(
                    "no CANN toolkit (libacl_rt.so and libascendcl.so were not found): install it, and source its set_env.sh"
                            + " or name its root by -D%s=FOLDER".formatted(HOME));
        }
        need("libnnopbase.so");
        if (open("libopapi_nn.so")) {
            need("libopapi_math.so");
            open("libopapi_cv.so");
            open("libopapi_transformer.so");
        } else {
            need("libopapi.so");
        }
        if (open("libhccl.so")) {
            open("libhcomm.so");
        }
    }

    private static Stream<String> roots() {
        Stream<String> set = Stream.of("ASCEND_HOME_PATH", "ASCEND_TOOLKIT_HOME")
                .flatMap(name -> Optional.ofNullable(System.getenv(name)).stream());
        return Stream.concat(set, ROOTS.stream());
    }

    private void need(String file) throws Missing {
        if (!open(file)) {
            throw new Missing("%s was not found, though %s was: install the whole toolkit, and source its set_env.sh"
                    .formatted(file, names.getFirst()));
        }
    }

    /// Opens a file where it lies, or where the loader looks.
    private boolean open(String file) throws Missing {
        Optional<Path> path = folders.stream()
                .map(folder -> folder.resolve(file))
                .filter(Files::exists)
                .findFirst();
        if (path.isEmpty() && given) {
            return false;
        }
        try {
            opened.add(
                    path.isPresent()
                            ? SymbolLookup.libraryLookup(path.get(), Arena.global())
                            : SymbolLookup.libraryLookup(file, Arena.global()));
            names.add(file);
            return true;
        } catch (IllegalArgumentException refused) {
            if (path.isEmpty()) {
                return false;
            }
            throw new Missing(("%s is there, but the loader refuses it (%s): source set_env.sh of the toolkit before"
                            + " starting, and if `ldd` names static TLS, put the library that it names in LD_PRELOAD")
                    .formatted(path.get(), refused.getMessage()));
        }
    }

    /// Names the files.
    ///
    /// @return in the order in which they are searched
    String text() {
        return String.join(", ", names);
    }

    @Override
    public Optional<MethodHandle> find(String name, FunctionDescriptor type) {
        return opened.stream()
                .flatMap(library -> library.find(name).stream())
                .findFirst()
                .map(address -> Linker.nativeLinker().downcallHandle(address, type));
    }
}
