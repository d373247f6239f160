// Reductions over axes.
#pragma once
#include "elements.h"

namespace fake {

/// A view whose last axes are those that are reduced.
struct Reduced {
    Dims kept, axes; // axes in ascending order
    int64_t terms = 1;

    Desc view(const Desc &desc) const {
        Desc view = desc;
        view.dims.clear();
        view.strides.clear();
        for (const Dims &part : {kept, axes}) {
            for (int64_t axis : part) {
                view.dims.push_back(desc.dims[axis]);
                view.strides.push_back(desc.strides[axis]);
            }
        }
        return view;
    }
};

inline Reduced reduced(Plan &plan, size_t a, const aclIntArray *dims, bool keepDims, size_t y) {
    Reduced reduced;
    const Dims &shape = plan[a].dims;
    int64_t rank = static_cast<int64_t>(shape.size());
    std::vector<bool> drop(shape.size(), false);
    for (int64_t axis : plan.ints("dims", dims)) {
        plan.require(axis >= -rank && axis < rank, "axis %ld of %s", static_cast<long>(axis), nameOf(shape).c_str());
        drop[axis < 0 ? axis + rank : axis] = true;
    }
    plan.require(plan.ints("dims", dims).size() > 0, "no axes, expected at least one");
    Dims expected;
    for (int64_t axis = 0; axis < rank; axis++) {
        (drop[axis] ? reduced.axes : reduced.kept).push_back(axis);
        if (drop[axis]) reduced.terms *= shape[axis];
        if (!drop[axis] || keepDims) expected.push_back(drop[axis] ? 1 : shape[axis]);
    }
    plan.sameDims("out", y, expected);
    return reduced;
}

/// Reduces with a function of terms and their number.
template <class F> Kernel reduction(size_t a, size_t y, const Reduced &how, F f) {
    return [=](Run &run) {
        Desc view = how.view(run[a]);
        computed(view.type, [&](auto zero) {
            using T = decltype(zero);
            std::vector<T> terms = load<T>(view), results(terms.size() / how.terms);
            for (size_t i = 0; i < results.size(); i++) results[i] = f(&terms[i * how.terms], static_cast<size_t>(how.terms), run);
            store(run, run[y], results);
        });
    };
}

} // namespace fake
