"""How callers of the compiled parts choose a kernel, of those that this machine supports."""

from libcpp.vector cimport vector


cdef extern from * namespace "cecli" nogil:
    """
    #include <vector>

    namespace cecli {

    // The kernel with a number; the last, which is the fastest, for -1.
    template <class Kernel>
    const Kernel& kernel_of(const std::vector<Kernel>& kernels, int number) {
        return number == -1 ? kernels.back() : kernels.at(number);
    }

    }  // namespace cecli
    """
    T kernel_of[T](const vector[T]& kernels, int number) except +
