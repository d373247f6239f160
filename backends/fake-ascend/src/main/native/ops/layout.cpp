// Fills, copies and permutations.
#include "elements.h"

using namespace fake;

/// Copies the bits of all elements in order; both have one type and as many elements.
static void move(const Desc &from, const Dims &dims, Desc &to) {
    auto same = [](auto x) { return x; };
    switch (bytesOf(from.type)) {
    case 1: put<uint8_t>(to, raw<uint8_t>(from, dims), same); break;
    case 2: put<uint16_t>(to, raw<uint16_t>(from, dims), same); break;
    case 4: put<uint32_t>(to, raw<uint32_t>(from, dims), same); break;
    default: put<uint64_t>(to, raw<uint64_t>(from, dims), same); break;
    }
}

OPERATOR(InplaceZero)(aclTensor *selfRef, PHASE_ONE) {
    PLAN({
        size_t y = plan.out("selfRef", selfRef, ALL);
        return [=](Run &run) { store(run, run[y], std::vector<int64_t>(run[y].size(), 0)); };
    });
}

OPERATOR(InplaceFillScalar)(aclTensor *selfRef, const aclScalar *value, PHASE_ONE) {
    PLAN({
        size_t y = plan.out("selfRef", selfRef, ALL);
        double filled = plan.scalar("value", value);
        return [=](Run &run) { store(run, run[y], std::vector<double>(run[y].size(), filled)); };
    });
}

OPERATOR(InplaceCopy)(aclTensor *selfRef, const aclTensor *src, PHASE_ONE) {
    PLAN({
        size_t y = plan.out("selfRef", selfRef, ALL), a = plan.in("src", src, ALL);
        plan.require(broadcast(plan, a, y) == plan[y].dims, "src %s does not broadcast to selfRef %s", nameOf(plan[a].dims).c_str(), nameOf(plan[y].dims).c_str());
        aclDataType type = plan[a].type;
        bool same = type == plan[y].type;
        return [=](Run &run) {
            Dims dims = run[y].dims;
            if (same) {
                move(run[a], dims, run[y]);
            } else {
                computed(type, [&](auto zero) { store(run, run[y], load<decltype(zero)>(run[a], dims)); });
            }
        };
    });
}

OPERATOR(Permute)(const aclTensor *self, const aclIntArray *dims, aclTensor *out, PHASE_ONE) {
    PLAN({
        size_t a = plan.in("self", self, ALL), y = plan.out("out", out, ALL);
        Dims axes = plan.ints("dims", dims);
        plan.require(axes.size() == plan[a].dims.size() && plan[a].type == plan[y].type, "dims %s of self %s", nameOf(axes).c_str(), nameOf(plan[a].dims).c_str());
        Dims expected;
        std::vector<bool> seen(axes.size(), false);
        for (int64_t axis : axes) {
            bool right = axis >= 0 && axis < static_cast<int64_t>(axes.size()) && !seen[axis];
            plan.require(right, "dims %s are no permutation", nameOf(axes).c_str());
            seen[axis] = true;
            expected.push_back(plan[a].dims[axis]);
        }
        plan.sameDims("out", y, expected);
        return [=](Run &run) {
            Desc view = run[a];
            for (size_t i = 0; i < axes.size(); i++) {
                view.dims[i] = run[a].dims[axes[i]];
                view.strides[i] = run[a].strides[axes[i]];
            }
            move(view, view.dims, run[y]);
        };
    });
}
