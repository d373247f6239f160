package dev.parity.cuda.internal.driver;

import static org.bytedeco.cuda.global.cudart.CUDA_SUCCESS;
import static org.bytedeco.cuda.global.cudart.cuGraphDestroy;
import static org.bytedeco.cuda.global.cudart.cuGraphExecDestroy;
import static org.bytedeco.cuda.global.cudart.cuGraphInstantiate;
import static org.bytedeco.cuda.global.cudart.cuGraphLaunch;

import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;

/// Work recorded once, to be launched as a whole.
public final class Graph implements AutoCloseable {
    private final Device device;
    private final CUgraphExec_st executable = new CUgraphExec_st();

    /// Makes a captured graph ready to run; the captured one is destroyed.
    Graph(Device device, CUgraph_st captured) {
        this.device = device;
        int code = cuGraphInstantiate(executable, captured, 0);
        device.freed(cuGraphDestroy(captured), "cuGraphDestroy");
        device.check(code, "cuGraphInstantiate");
    }

    /// Destroys what an abandoned capture gave, if it gave anything.
    static void abandon(int code, CUgraph_st captured) {
        if (code == CUDA_SUCCESS && !captured.isNull()) {
            Driver.check(cuGraphDestroy(captured), "cuGraphDestroy");
        }
    }

    /// Gives the work to a stream.
    ///
    /// @param stream of the same device
    public void launch(Stream stream) {
        device.check(cuGraphLaunch(executable, stream.handle()), "cuGraphLaunch");
    }

    @Override
    public void close() {
        device.enter();
        device.freed(cuGraphExecDestroy(executable), "cuGraphExecDestroy");
    }
}
