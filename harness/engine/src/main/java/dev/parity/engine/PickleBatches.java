package dev.parity.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.IObjectConstructor;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/// The Python layout: each batch a pickled dict of `data` (a NumPy array of 10,000 x 3072 bytes) and
/// `labels`.
final class PickleBatches {
    private static final int ITEMS = 10_000;
    private static final int BATCHES = 5;
    /// Bytes of a file: CIFAR-10's have 31 million.
    private static final int LONGEST = 64 << 20;

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
    static RawImages.Split read(Path folder) {
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
                throw new DataException("%s, label %d: expected a number, found another type".formatted(file, i));
            }
            target.label(first + i, label.intValue(), file, i);
        }
    }

    private static Map<?, ?> load(Path file) {
        if (!Files.exists(file)) {
            throw new DataException("%s does not exist: expected a pickled batch".formatted(file));
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LONGEST + 1);
        } catch (IOException problem) {
            throw new DataException("cannot read %s: %s".formatted(file, problem.getMessage()), problem);
        }
        if (bytes.length > LONGEST) {
            throw new DataException(
                    "%s: expected a pickled batch of at most %d bytes, found more".formatted(file, LONGEST));
        }
        Bounded unpickler = new Bounded(bytes);
        try {
            if (unpickler.load() instanceof Map<?, ?> map) {
                return map;
            }
        } catch (IOException | RuntimeException | StackOverflowError problem) { // the last: a list that holds itself
            throw new DataException(
                    "%s, offset %d: expected a whole pickled batch, found %s"
                            .formatted(file, unpickler.offset(), problem),
                    problem);
        }
        throw new DataException("%s: expected a pickled dict".formatted(file));
    }

    /// Refuses a length that goes beyond the file, before memory is taken for it.
    private static final class Bounded extends Unpickler {
        private final ByteArrayInputStream bytes;
        private final int size;

        Bounded(byte[] bytes) {
            this.bytes = new ByteArrayInputStream(bytes);
            size = bytes.length;
        }

        @Nullable
        Object load() throws IOException {
            return load(bytes);
        }

        int offset() {
            return size - bytes.available();
        }

        @Override
        protected Object dispatch(short opcode) throws IOException {
            int width = switch (opcode) {
                case Opcodes.BINSTRING, Opcodes.BINBYTES, Opcodes.BINUNICODE, Opcodes.LONG4 -> Integer.BYTES;
                case Opcodes.BINBYTES8, Opcodes.BINUNICODE8, Opcodes.BYTEARRAY8 -> Long.BYTES;
                default -> 0; // no length, or one of a byte
            };
            bytes.mark(width);
            long length = 0;
            for (int i = 0; i < width; i++) {
                length |= (long) bytes.read() << (Byte.SIZE * i);
            }
            if (length < 0 || length > bytes.available()) {
                throw new PickleException(
                        "a length of %d where %d bytes are left".formatted(length, bytes.available()));
            }
            bytes.reset();
            return super.dispatch(opcode);
        }
    }

    /// Python 2 wrote the keys as byte strings, which some readers keep as bytes.
    private static Object entry(Map<?, ?> batch, String key, Path file) {
        List<String> names = new ArrayList<>();
        for (Map.Entry<?, ?> entry : batch.entrySet()) {
            String name = switch (entry.getKey()) {
                case byte[] bytes -> new String(bytes, StandardCharsets.ISO_8859_1);
                case String text -> text;
                default -> "(no text)";
            };
            if (name.equals(key) && entry.getValue() != null) {
                return entry.getValue();
            }
            names.add(name);
        }
        throw new DataException("%s: expected an entry '%s', found %s".formatted(file, key, names));
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

    /// A NumPy dtype: only its name matters. Public, as the unpickler calls it.
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

    /// A NumPy array. Public, as the unpickler calls it.
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
            bytes = state[4] instanceof byte[] raw ? raw : ((String) state[4]).getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
