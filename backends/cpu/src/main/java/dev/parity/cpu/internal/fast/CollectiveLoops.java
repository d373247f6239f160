package dev.parity.cpu.internal.fast;

import dev.parity.spi.Node;
import java.util.List;

/// What ranks do with the tensors of the others.
final class CollectiveLoops extends FloatNode {
    CollectiveLoops(Node node, List<FloatTensor> in, List<FloatTensor> out) {
        super(node, in, out);
    }

    void allReduceMax(List<List<FloatTensor>> peers) {
        copyAll(peers.getFirst());
        for (List<FloatTensor> peer : peers) {
            for (int t = 0; t < out.size(); t++) {
                float[] floats = out.get(t).floats;
                int[] ints = out.get(t).ints;
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = Math.max(floats[i], peer.get(t).floats[i]);
                }
                for (int i = 0; i < ints.length; i++) {
                    ints[i] = Math.max(ints[i], peer.get(t).ints[i]);
                }
            }
        }
    }

    void allToAll(List<List<FloatTensor>> peers, int position) {
        int floats = y().length / peers.size();
        int ints = out.getFirst().ints.length / peers.size();
        for (int i = 0; i < peers.size(); i++) {
            FloatTensor peer = peers.get(i).getFirst();
            System.arraycopy(peer.floats, position * floats, y(), i * floats, floats);
            System.arraycopy(peer.ints, position * ints, out.getFirst().ints, i * ints, ints);
        }
    }

    void copyAll(List<FloatTensor> from) {
        for (int t = 0; t < out.size(); t++) {
            System.arraycopy(from.get(t).floats, 0, out.get(t).floats, 0, out.get(t).floats.length);
            System.arraycopy(from.get(t).ints, 0, out.get(t).ints, 0, out.get(t).ints.length);
        }
    }
}
