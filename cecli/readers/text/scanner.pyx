# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False, freethreading_compatible=True
"""The compiled scanner: it finds the requested fields in a block, then reads them.

Finding scans 64 bytes at a time, counts all fields, and stores only the positions of the requested
ones. Reading goes through one column after another. Neither holds the GIL, and there is no state
outside `Records`, so several threads can read blocks.

`kernel` is one of range(len(KERNELS)). All kernels give the same results.
"""

import numpy as np

from libc.math cimport INFINITY
from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memchr
from libcpp.vector cimport vector


include "../../numerics/kernel_choice.pxi"


cdef extern from "Python.h":
    object PyUnicode_DecodeUTF8(const char* text, Py_ssize_t size, const char* errors)


cdef extern from "marks.hpp" namespace "cecli" nogil:
    struct Text:
        const uint8_t* begin
        Py_ssize_t size
        uint8_t delimiter, quote

    struct Span:
        uint32_t begin, end

cdef extern from "numbers.hpp" namespace "cecli" nogil:
    struct Column:
        const Span* first
        Py_ssize_t stride, rows

    struct Accepted:
        double low, high
        bint below, above


cdef extern from "rows.hpp" namespace "cecli" nogil:
    cppclass List[T]:
        T* at
        Py_ssize_t size

    cppclass Wanted:
        Wanted(uint32_t width, vector[uint32_t] places) except +

    cppclass Rows:
        int64_t first_line, count
        int64_t line() noexcept
        List[Span] fields
        List[int64_t] skips, blank_lines


cdef extern from "scan.hpp" namespace "cecli" nogil:
    struct Ends:
        Py_ssize_t end
        bint is_open, is_strict

    struct Scan:
        const char* name
        bint (*find_fields)(const Text& text, const Wanted& wanted, Rows& rows) except + nogil
        Ends (*end_of_records)(const Text& text) noexcept nogil
        int64_t (*count_newlines)(const Text& text) noexcept nogil
        bint (*read_numbers)(
            const Text& text, const Column& column, const Accepted& accepted, double* into
        ) noexcept nogil

    vector[Scan] scans_of_this_machine() except +


cdef extern from "dictionary.hpp" namespace "cecli" nogil:
    cppclass Dictionary:
        Dictionary(const uint8_t* text, uint32_t size) except +
        int64_t known(Span field) noexcept
        int64_t code(Span field) except +
        size_t size() noexcept
        Span field(size_t code) noexcept


cdef enum:
    MOST_BYTES = 0xffffffff  # positions have 32 bits

cdef vector[Scan] scans = scans_of_this_machine()
# The kernels that this machine supports, the fastest last.
KERNELS = tuple(scan.name.decode() for scan in scans)


def count_newlines(const uint8_t[::1] data, int kernel=-1):
    """Return the number of newlines, inside quotes or not."""
    cdef Scan scan = kernel_of(scans, kernel)
    cdef Text text
    cdef int64_t newlines
    if data.shape[0] == 0:
        return 0
    text = Text(&data[0], data.shape[0], 0, 0)
    with nogil:
        newlines = scan.count_newlines(text)
    return newlines


def end_of_records(bytes data, bytes delimiter, bytes quote, int kernel=-1):
    """Return the end of the last whole record, and whether a quote is open after it.

    None if the quotes are not strict. Then records must be parsed to find the end.
    """
    cdef Scan scan = kernel_of(scans, kernel)
    cdef Text text = Text(data, len(data), delimiter[0], quote[0])
    cdef Ends ends
    with nogil:
        ends = scan.end_of_records(text)
    return (ends.end, bool(ends.is_open)) if ends.is_strict else None


def find(
    bytes text,
    Py_ssize_t size,
    bytes delimiter,
    bytes quote,
    Py_ssize_t width,
    places,
    int64_t first_line,
    int kernel=-1,
):
    r"""Return the records in the first bytes of a text that begins on first_line.

    None if a record is not regular. All records end with a newline. Regular records are blank lines
    and records of `width` fields, each unquoted or quoted as a whole. NULs and carriage returns
    without a line feed are rejected everywhere. Fields are not checked to be UTF-8 until they are
    read. Only the fields in `places` can be read.
    """
    special = quote + b"\r\n\0"
    if len(quote) != 1 or len(delimiter) != 1 or delimiter in special or width < 1:
        return None
    if not 0 <= size <= len(text) or size >= MOST_BYTES or (size and text[size - 1] != c"\n"):
        return None
    if not all(0 <= place < width for place in places):
        raise IndexError(places)
    cdef Records records = Records(text, list(places))
    records.scan = kernel_of(scans, kernel)
    records.text = Text(text, size, delimiter[0], quote[0])
    return records if records.find_rows(width, first_line) else None


cdef object lines_of(const Rows& rows):
    """Return the line of each row."""
    lines = np.empty(rows.count, np.int64)
    cdef int64_t[::1] into = lines
    cdef int64_t row, end, start = 0, line = rows.first_line
    cdef Py_ssize_t skip
    for skip in range(rows.skips.size + 1):
        end = rows.skips.at[skip] if skip < rows.skips.size else rows.count
        for row in range(start, end):
            into[row] = line + row
        line += 1
        start = end
    return lines


cdef object array_of(const List[int64_t]& numbers):
    """Return a copy as an array."""
    array = np.empty(numbers.size, np.int64)
    cdef int64_t[::1] into = array
    cdef Py_ssize_t i
    for i in range(numbers.size):
        into[i] = numbers.at[i]
    return array


cdef bint is_utf8(object buffer):
    """Return whether all texts are UTF-8: none continues behind the NUL that follows it."""
    try:
        str(memoryview(buffer), "utf-8")
        return True
    except UnicodeDecodeError:
        return False


cdef class Records:
    """The records of a block whose fields have been found, ready to be read.

    Attributes
    ----------
    lines : int64 of shape (rows,), the line of each record that is not blank.
    blank_lines : int64, the blank lines.
    next_line : the line after the last one.
    """

    cdef readonly object lines, blank_lines
    cdef readonly int64_t next_line
    cdef bytes data
    cdef list places
    cdef dict orders
    cdef Text text
    cdef Scan scan
    cdef Rows rows

    def __cinit__(self, bytes data, list places):
        self.data = data
        self.places = places
        self.orders = {place: order for order, place in enumerate(places)}

    def numbers(self, Py_ssize_t place, double low, double high, tuple infinities=()):
        """Return column `place` as float64 of shape (rows,).

        None if a field is not a number by the syntax of `cecli.columns.numbers`, or is neither
        among the accepted infinities nor finite and between low and high.
        """
        cdef Accepted accepted = Accepted(low, high, -INFINITY in infinities, INFINITY in infinities)
        cdef Column column = self.column(place)
        values = np.empty(column.rows, np.float64)
        cdef double[::1] into = values
        cdef bint all_are = True
        if column.rows:
            with nogil:
                all_are = self.scan.read_numbers(self.text, column, accepted, &into[0])
        return values if all_are else None

    def texts(self, Py_ssize_t place):
        """Return column `place` as int64 codes of shape (rows,), and the names that they stand for.

        Names are in the order of first occurrence. None if a name is not UTF-8.
        """
        codes = np.empty(len(self.lines), np.int64)
        cdef int64_t[::1] into = codes
        cdef Column column = self.column(place)
        cdef Dictionary* dictionary = new Dictionary(self.text.begin, <uint32_t> self.text.size)
        try:
            with nogil:
                self.read_texts(column, dictionary, into)
            return codes, self.names(dictionary)
        except UnicodeDecodeError:
            return None
        finally:
            del dictionary

    def raw_texts(self, Py_ssize_t place):
        """Return column `place` as UTF-8 in a buffer, and where each text begins and ends.

        At least one byte follows each text. None if a text is not UTF-8.
        """
        cdef Column column = self.column(place)
        cdef Py_ssize_t rows = len(self.lines), size
        begins, ends = np.empty(rows, np.int64), np.empty(rows, np.int64)
        cdef int64_t[::1] first = begins, last = ends
        if self.data.isascii() and 2 * bytes([self.text.quote]) not in self.data:
            with nogil:
                self.note_texts(column, first, last)
            return np.frombuffer(self.data, np.uint8), begins, ends
        buffer = np.empty(self.length(column, rows) + rows + 1, np.uint8)
        cdef uint8_t[::1] into = buffer
        with nogil:
            size = self.copy_texts(column, into, first, last)
        buffer = buffer[:size]
        return (buffer, begins, ends) if is_utf8(buffer) else None

    cdef bint find_rows(self, uint32_t width, int64_t first_line) except -1:
        """Find rows and blank lines; return whether all records are regular."""
        cdef Wanted* wanted = new Wanted(width, self.places)
        cdef bint regular
        self.rows.first_line = first_line
        try:
            with nogil:
                regular = self.scan.find_fields(self.text, wanted[0], self.rows)
        finally:
            del wanted
        if regular:
            self.lines = lines_of(self.rows)
            self.blank_lines = array_of(self.rows.blank_lines)
            self.next_line = self.rows.line()
        return regular

    cdef Column column(self, Py_ssize_t place) except *:
        cdef object order = self.orders.get(place)
        if order is None:
            raise IndexError(place)
        return Column(
            &self.rows.fields.at[<Py_ssize_t> order], len(self.places), self.rows.count
        )

    cdef inline Span field(self, Column column, Py_ssize_t row) noexcept nogil:
        """Return a field without the line's carriage return, and without the quotes around it."""
        cdef Span field = column.first[row * column.stride]
        field.end -= field.begin < field.end and self.text.begin[field.end - 1] == c"\r"
        return self.unquoted(field)

    cdef inline Span unquoted(self, Span field) noexcept nogil:
        """Return a field without the quotes around it, if there are any."""
        cdef bint is_quoted = field.begin < field.end and self.text.begin[field.begin] == self.text.quote
        return Span(field.begin + is_quoted, field.end - is_quoted)

    cdef Py_ssize_t length(self, Column column, Py_ssize_t rows) noexcept nogil:
        """Return the number of bytes of a column."""
        cdef Py_ssize_t row, total = 0
        cdef Span field
        for row in range(rows):
            field = self.field(column, row)
            total += field.end - field.begin
        return total

    cdef void note_texts(
        self, Column column, int64_t[::1] begins, int64_t[::1] ends
    ) noexcept nogil:
        """Note where the texts of a column begin and end."""
        cdef Py_ssize_t row
        cdef Span field
        for row in range(begins.shape[0]):
            field = self.field(column, row)
            begins[row] = field.begin
            ends[row] = field.end

    cdef Py_ssize_t copy_texts(
        self, Column column, uint8_t[::1] into, int64_t[::1] begins, int64_t[::1] ends
    ) noexcept nogil:
        """Copy a column, with a NUL after each text and at the end; return the number of bytes."""
        cdef Py_ssize_t row, at = 0
        cdef uint32_t place
        cdef Span field
        for row in range(begins.shape[0]):
            field = self.field(column, row)
            begins[row] = at
            place = field.begin
            while place < field.end:
                # A quote inside a field is half of a doubled quote.
                place += self.text.begin[place] == self.text.quote
                into[at] = self.text.begin[place]
                place += 1
                at += 1
            ends[row] = at
            into[at] = 0
            at += 1
        into[at] = 0
        return at + 1

    cdef int read_texts(
        self, Column column, Dictionary* dictionary, int64_t[::1] into
    ) except -1 nogil:
        """Read a column of texts as codes, adding new texts to the dictionary."""
        cdef Py_ssize_t row
        cdef int64_t code
        for row in range(into.shape[0]):
            # Most labels have one byte: neither a quote nor a carriage return.
            code = dictionary.known(column.first[row * column.stride])
            into[row] = code if code >= 0 else dictionary.code(self.field(column, row))
        return 0

    cdef tuple names(self, Dictionary* dictionary):
        cdef Span field
        cdef size_t code
        cdef Py_ssize_t size
        cdef const char* begin
        cdef const char* data = <const char*> self.text.begin
        cdef bytes quote = bytes([self.text.quote]), doubled = 2 * quote
        names = []
        for code in range(dictionary.size()):
            field = dictionary.field(code)
            begin, size = data + field.begin, field.end - field.begin
            if memchr(begin, self.text.quote, size) == NULL:
                names.append(PyUnicode_DecodeUTF8(begin, size, NULL))
            else:
                # A remaining quote is half of a doubled quote.
                names.append(begin[:size].replace(doubled, quote).decode("utf-8"))
        return tuple(names)
