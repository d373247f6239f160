package dev.parity.engine.internal;

import dev.parity.engine.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/// The Python layout: each batch a pickled dict of `data` (a NumPy array of 10,000 x 3072 bytes) and
/// `labels`.
public final class PickleBatches {
    private static final int ITEMS = 10_000;
    private static final int BATCHES = 5;

    static {
        for (String module : List.of("numpy.core.multiarray", "numpy._core.multiarray")) {
            Unpickler.registerConstructor(module, "_reconstruct", new Make(_ -> new Array()));
        }
        Unpickler.registerConstructor("numpy", "dtype", new Make(arguments -> new Type(String.valueOf(arguments[0]))));
        Unpickler.registerConstructor("numpy", "ndarray", new Make(_ -> new Array()));
    }

    private PickleBatches() {}

    /// Reads data_batch_1 to data_batch_5 and test_batch.
    ///
    /// @param folder where they are
    /// @return the sets
    public static RawImages.Split read(Path folder) {
        RawImages train = new RawImages(BATCHES * ITEMS);
        for (int batch = 0; batch < BATCHES; batch++) {
            read(folder.resolve("data_batch_%d".formatted(batch + 1)), train, batch * ITEMS);
        }
        RawImages test = new RawImages(ITEMS);
        read(folder.resolve("test_batch"), test, 0);
        return new RawImages.Split(train, test);
    }

    private static void read(Path file, RawImages target, int first) {
        Map<?, ?> batch = load(file);
        byte[] pixels = pixels(entry(batch, "data", file), file);
        if (!(entry(batch, "labels", file) instanceof List<?> labels) || labels.size() != ITEMS) {
            throw new DataException("%s: expected a list of %d 'labels'".formatted(file, ITEMS));
        }
        System.arraycopy(pixels, 0, target.images(), first * RawImages.IMAGE, pixels.length);
        for (int i = 0; i < ITEMS; i++) {
            if (!(labels.get(i) instanceof Number label)) {
                throw new DataException("%s, label %d: expected a number, found %s".formatted(file, i, labels.get(i)));
            }
            target.label(first + i, label.intValue(), file, i);
        }
    }

    private static Map<?, ?> load(Path file) {
        if (!Files.exists(file)) {
            throw new DataException("%s does not exist: expected a pickled batch".formatted(file));
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            try {
                if (new Unpickler().loads(bytes) instanceof Map<?, ?> map) {
                    return map;
                }
            } catch (IOException | RuntimeException problem) {
                throw new DataException(
                        "%s, offset %d at most: expected a whole pickled batch, found %s"
                                .formatted(file, bytes.length, problem),
                        problem);
            }
        } catch (IOException problem) {
            throw new DataException("cannot read %s: %s".formatted(file, problem.getMessage()), problem);
        }
        throw new DataException("%s: expected a pickled dict".formatted(file));
    }

    /// Python 2 wrote the keys as byte strings, which some readers keep as bytes.
    private static Object entry(Map<?, ?> batch, String key, Path file) {
        for (Map.Entry<?, ?> entry : batch.entrySet()) {
            String name = entry.getKey() instanceof byte[] bytes
                    ? new String(bytes, StandardCharsets.ISO_8859_1)
                    : String.valueOf(entry.getKey());
            if (name.equals(key) && entry.getValue() != null) {
                return entry.getValue();
            }
        }
        throw new DataException("%s: expected an entry '%s', found %s".formatted(file, key, batch.keySet()));
    }

    private static byte[] pixels(Object data, Path file) {
        if (!(data instanceof Array array) || array.bytes == null) {
            throw new DataException(
                    "%s: expected 'data' to be a NumPy array, found %s".formatted(file, data.getClass()));
        }
        if (!array.type.equals("u1") || array.columnMajor || array.bytes.length != ITEMS * RawImages.IMAGE) {
            throw new DataException("%s: expected 'data' of %d x %d bytes, found %d of type %s"
                    .formatted(file, ITEMS, RawImages.IMAGE, array.bytes.length, array.type));
        }
        return array.bytes;
    }

    /// A constructor that NumPy's pickles call.
    private record Make(Maker maker) implements IObjectConstructor {
        interface Maker {
            Object make(Object[] arguments);
        }

        @Override
        public Object construct(Object[] arguments) {
            return maker.make(arguments);
        }
    }

    /// A NumPy dtype: only its name matters.
    public static final class Type {
        private final String name;

        Type(String name) {
            this.name = name;
        }

        /// Takes the state that NumPy pickled; byte order and alignment do not matter for bytes.
        ///
        /// @param state ignored
        @SuppressWarnings("MethodName") // the unpickler looks it up by Python's name
        public void __setstate__(Object[] state) {
            // nothing to keep
        }
    }

    /// A NumPy array.
    public static final class Array {
        private byte @Nullable [] bytes;
        private String type = "";
        private boolean columnMajor;

        private Array() {}

        /// Takes the state that NumPy pickled: version, shape, dtype, Fortran order, raw bytes.
        ///
        /// @param state five entries
        @SuppressWarnings("MethodName") // the unpickler looks it up by Python's name
        public void __setstate__(Object[] state) {
            type = state[2] instanceof Type dtype ? dtype.name : "?";
            columnMajor = Boolean.TRUE.equals(state[3]);
            bytes = state[4] instanceof byte[] raw
                    ? raw
                    : String.valueOf(state[4]).getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
