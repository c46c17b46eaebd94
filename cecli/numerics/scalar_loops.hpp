// What Python or numpy computes of one number after the other, with its bits.

#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace cecli {

// x² as Python rounds x**2, by the C library's power: a compiler would multiply, whose last bit may
// be another one.
inline void square_each(const double* x, std::ptrdiff_t size, double* into) {
    double (*volatile power)(double, double) = std::pow;
    for (std::ptrdiff_t i = 0; i < size; ++i) into[i] = power(x[i], 2.0);
}

// Some neighbouring places of a convolution, whose sums stay in registers; each is added up alone.
template <int COUNT>
inline void convolve_some(
    const double* x, const double* kernel, std::ptrdiff_t reach, double* into
) {
    double total[COUNT];
    for (int j = 0; j < COUNT; ++j) total[j] = kernel[0] * x[j];
    for (std::ptrdiff_t k = 1; k <= reach; ++k) {
        const double *before = x - k, *after = x + k, factor = kernel[k];
        for (int j = 0; j < COUNT; ++j) total[j] += factor * (before[j] + after[j]);
    }
    for (int j = 0; j < COUNT; ++j) into[j] = total[j];
}

// Σ kernel[|k|]·x[i + k] for |k| <= reach, of as many x before the first place and after the last.
inline void convolve(
    const double* x, std::ptrdiff_t size, const double* kernel, std::ptrdiff_t reach, double* into
) {
    constexpr int AT_ONCE = 16;
    std::ptrdiff_t i = 0;
    for (; i + AT_ONCE <= size; i += AT_ONCE) {
        convolve_some<AT_ONCE>(x + i, kernel, reach, into + i);
    }
    for (; i < size; ++i) convolve_some<1>(x + i, kernel, reach, into + i);
}

// The correctly rounded sum of some numbers, as `math.fsum` (Shewchuk 1997, Adaptive precision
// floating-point arithmetic and fast robust geometric predicates. doi:10.1007/PL00009321).
class RoundedSum {
public:
    static constexpr int MOST = 64;  // terms

    // Returns false if the sum so far is not finite.
    bool add(double x) {
        int kept = 0;
        for (int j = 0; j < count_; ++j) {
            double y = parts_[j];
            if (std::fabs(x) < std::fabs(y)) {
                const double larger = y;
                y = x;
                x = larger;
            }
            const double high = x + y, low = y - (high - x);
            if (low != 0.0) parts_[kept++] = low;
            x = high;
        }
        count_ = kept;
        if (x != 0.0) parts_[count_++] = x;
        return std::isfinite(x);
    }

    double rounded() const {
        if (count_ == 0) return 0.0;
        int n = count_ - 1;
        double high = parts_[n], low = 0.0;
        while (n > 0 && low == 0.0) {
            const double x = high, y = parts_[--n];
            high = x + y;
            low = y - (high - x);
        }
        // What is left may decide a tie.
        if (n > 0 && ((low < 0.0 && parts_[n - 1] < 0.0) || (low > 0.0 && parts_[n - 1] > 0.0))) {
            const double twice = 2.0 * low, next = high + twice;
            if (twice == next - high) high = next;
        }
        return high;
    }

private:
    double parts_[MOST + 1];
    int count_ = 0;
};

// The sum of the columns in each row. Returns the rows where it is not finite, which have none.
inline std::vector<std::ptrdiff_t> sum_each(const std::vector<const double*>& columns,
                                            std::ptrdiff_t rows, double* into) {
    std::vector<std::ptrdiff_t> others;
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
        RoundedSum sum;
        bool is_finite = true;
        for (const double* column : columns) is_finite = is_finite && sum.add(column[i]);
        into[i] = sum.rounded();
        if (!is_finite) others.push_back(i);
    }
    return others;
}

// As `tails._fraction`.
inline double beta_fraction(double a, double b, double x, int most, double least, double tiny) {
    double value = 1.0, numerator = 1.0, denominator = 0.0;
    for (int step = 1; step < most; ++step) {
        const double m = step / 2;
        const double term =
            step % 2 ? -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
                     : m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        const double divisor = 1.0 + term * denominator;
        denominator = 1.0 / (divisor != 0.0 ? divisor : tiny);
        numerator = 1.0 + term / numerator;
        if (numerator == 0.0) numerator = tiny;
        value *= numerator * denominator;
        if (std::fabs(numerator * denominator - 1.0) < least) break;
    }
    return value;
}

}  // namespace cecli
