# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False, freethreading_compatible=True
"""The compiled scanner: it finds all fields of a block, then reads the columns asked for.

Finding takes 64 bytes at a time, and keeps no more than where each field begins. Reading goes down
one column after another, so that no field is looked at that nobody asked for. Neither holds the
GIL, and there is no state outside of `Records`: blocks can be read on several threads.

`kernel` is one of range(len(KERNELS)); all give the same.
"""

import numpy as np

from libc.math cimport INFINITY, fabs
from libc.stdint cimport int64_t, uint8_t, uint32_t
from libcpp.vector cimport vector


cdef extern from "scan.hpp" namespace "cecli" nogil:
    struct Text:
        const uint8_t* begin
        Py_ssize_t size
        uint8_t delimiter, quote

    cppclass Positions:
        uint32_t* at
        Py_ssize_t size

    cppclass Fields:
        Positions begins
        int64_t records, newlines

    struct Ends:
        Py_ssize_t end
        bint is_open, is_strict

    struct Scan:
        const char* name
        bint (*find_fields)(const Text& text, Fields& fields) except + nogil
        Ends (*end_of_records)(const Text& text) noexcept nogil
        int64_t (*count_newlines)(const Text& text) noexcept nogil

    vector[Scan] scans_of_this_machine() except +


cdef extern from "marks.hpp" namespace "cecli" nogil:
    bint read_decimal(const uint8_t* first, const uint8_t* last, double& value) noexcept


cdef extern from "dictionary.hpp" namespace "cecli" nogil:
    struct Span:
        uint32_t begin, end

    cppclass Dictionary:
        Dictionary(const uint8_t* text, uint32_t size) except +
        int64_t code(Span field) except +
        size_t size() noexcept
        Span field(size_t code) noexcept


cdef enum:
    MOST_BYTES = 0xffffffff  # positions have 32 bits

cdef vector[Scan] scans = scans_of_this_machine()
# The ways to look for fields that this machine knows, the quickest last.
KERNELS = tuple(scan.name.decode() for scan in scans)


def count_newlines(const uint8_t[::1] data, int kernel=-1):
    """Return how many newlines there are, in quotes or not."""
    cdef Scan scan = chosen_scan(kernel)
    cdef Text text
    cdef int64_t newlines
    if data.shape[0] == 0:
        return 0
    text = Text(&data[0], data.shape[0], 0, 0)
    with nogil:
        newlines = scan.count_newlines(text)
    return newlines


def end_of_records(bytes data, bytes delimiter, bytes quote, int kernel=-1):
    """Return the end of the last whole record, and whether a quote is open behind it.

    None where a quote is not as the rules have it: then it takes more to tell.
    """
    cdef Scan scan = chosen_scan(kernel)
    cdef Text text = Text(data, len(data), delimiter[0], quote[0])
    cdef Ends ends
    with nogil:
        ends = scan.end_of_records(text)
    return (ends.end, bool(ends.is_open)) if ends.is_strict else None


cdef Scan chosen_scan(int kernel) except *:
    """Return the kernel of that number, the last for -1."""
    if not -1 <= kernel < <int> scans.size():
        raise IndexError(kernel)
    return scans[kernel if kernel >= 0 else scans.size() - 1]


def find(
    bytes text,
    Py_ssize_t size,
    bytes delimiter,
    bytes quote,
    Py_ssize_t width,
    int64_t first_line,
    int kernel=-1,
):
    r"""Return the records in the first bytes of a text that begins on first_line.

    None if one is not regular. All end with a newline. Regular are records of `width` fields, each
    unquoted or quoted as a whole, and blank lines. NULs and carriage returns without a line feed
    are refused wherever they are; whether fields are UTF-8 is not asked before they are read.
    """
    special = quote + b"\r\n\0"
    if len(quote) != 1 or len(delimiter) != 1 or delimiter in special or width < 1:
        return None
    if not 0 <= size <= len(text) or size >= MOST_BYTES or (size and text[size - 1] != c"\n"):
        return None
    cdef Records records = Records(text, size, width, quote)
    cdef Scan scan = chosen_scan(kernel)
    cdef Text scanned = Text(text, size, delimiter[0], quote[0])
    cdef bint regular
    with nogil:
        regular = scan.find_fields(scanned, records.fields)
    return records if regular and records.find_rows(first_line) else None


cdef inline bint is_blank(uint8_t byte) noexcept nogil:
    return byte == c" " or byte == c"\t"


cdef inline bint begins_number(uint8_t byte) noexcept nogil:
    return c"0" <= byte <= c"9" or byte == c"."


cdef class Records:
    """The records of a block whose fields have been found, ready to be read.

    Attributes
    ----------
    lines : int64 of shape (rows,), the line of each record that is not blank.
    blank_lines : int64, the lines of those that are.
    """

    cdef readonly object lines, blank_lines
    cdef bytes data
    cdef const uint8_t* text
    cdef Py_ssize_t size, width
    cdef uint8_t quote
    cdef Fields fields
    # The first field of each row.
    cdef uint32_t[::1] firsts

    def __cinit__(self, bytes data, Py_ssize_t size, Py_ssize_t width, bytes quote):
        self.data = data
        self.text = data
        self.size = size
        self.width = width
        self.quote = quote[0]

    def numbers(self, Py_ssize_t place, double low, double high):
        """Return column `place` as float64 of shape (rows,).

        None if a field is no number by the rule of `cecli.tokens`, or is not finite, or not between
        low and high.
        """
        values = np.empty(len(self.lines), np.float64)
        cdef double[::1] into = values
        cdef bint accepted
        self.check(place)
        with nogil:
            accepted = self.read_numbers(place, low, high, into)
        return values if accepted else None

    def texts(self, Py_ssize_t place):
        """Return column `place` as int64 codes of shape (rows,), and the names that they stand for.

        Names are in the order of first occurrence. None if one is not UTF-8.
        """
        codes = np.empty(len(self.lines), np.int64)
        cdef int64_t[::1] into = codes
        cdef Dictionary* dictionary = new Dictionary(self.text, <uint32_t> self.size)
        try:
            self.check(place)
            with nogil:
                self.read_texts(place, dictionary, into)
            return codes, self.names(dictionary)
        except UnicodeDecodeError:
            return None
        finally:
            del dictionary

    cdef check(self, Py_ssize_t place):
        if not 0 <= place < self.width:
            raise IndexError(place)

    cdef bint find_rows(self, int64_t first_line) except -1:
        """Tell rows from blank lines; return whether there is nothing else."""
        cdef int64_t most = self.fields.records
        lines, blank_lines = np.empty(most, np.int64), np.empty(most, np.int64)
        self.firsts = np.empty(most, np.uint32)
        cdef int64_t[::1] lines_into = lines, blank_lines_into = blank_lines
        cdef Py_ssize_t rows
        with nogil:
            if self.all_alike():
                rows = self.number_lines(first_line, lines_into)
            else:
                rows = self.sort_lines(first_line, lines_into, blank_lines_into)
        if rows < 0:
            return False
        self.lines, self.blank_lines = lines[:rows], blank_lines[: most - rows]
        return True

    cdef bint all_alike(self) noexcept nogil:
        """Return whether every record has one line and the right width, as most blocks do.

        So it is where a newline ends every field in the place of a last one: there are no others.
        """
        cdef const uint32_t* begins = self.fields.begins.at
        cdef int64_t records = self.fields.records, record
        if self.width == 1 or self.fields.newlines != records:
            return False  # a blank line has one field as well
        if self.fields.begins.size != records * self.width + 1:
            return False
        for record in range(1, records + 1):
            if self.text[begins[record * self.width] - 1] != c"\n":
                return False
        return True

    cdef Py_ssize_t number_lines(self, int64_t line, int64_t[::1] lines) noexcept nogil:
        """Return the number of rows, all of one line."""
        cdef Py_ssize_t row
        for row in range(lines.shape[0]):
            lines[row], self.firsts[row] = line + row, row * self.width
        return lines.shape[0]

    cdef Py_ssize_t sort_lines(
        self, int64_t line, int64_t[::1] lines, int64_t[::1] blank_lines
    ) noexcept nogil:
        """Return the number of rows, or -1 at a record of another width."""
        cdef bint one_line_each = self.fields.records == self.fields.newlines
        cdef const uint32_t* begins = self.fields.begins.at
        cdef Py_ssize_t record, first = 0, last, rows = 0
        for record in range(self.fields.records):
            last = first
            # An end may be inside of quotes, but none of these.
            while self.text[begins[last + 1] - 1] != c"\n":
                last += 1
            if last == first and self.holds_nothing(first):
                blank_lines[record - rows] = line
            elif last + 1 - first == self.width:
                lines[rows], self.firsts[rows] = line, first
                rows += 1
            else:
                return -1
            line += 1 if one_line_each else self.newlines_between(begins[first], begins[last + 1])
            first = last + 1
        return rows

    cdef int64_t newlines_between(self, uint32_t begin, uint32_t end) noexcept nogil:
        cdef int64_t newlines = 0
        cdef uint32_t at
        for at in range(begin, end):
            newlines += self.text[at] == c"\n"
        return newlines

    cdef inline bint holds_nothing(self, Py_ssize_t field) noexcept nogil:
        cdef Span rest = self.stripped(self.span(field))
        return rest.begin == rest.end

    cdef inline Span span(self, Py_ssize_t field) noexcept nogil:
        """Return a field without the carriage return of the line's end."""
        cdef const uint32_t* begins = self.fields.begins.at
        cdef uint32_t begin = begins[field], end = begins[field + 1] - 1
        return Span(begin, end - (begin < end and self.text[end - 1] == c"\r"))

    cdef inline Span unquoted(self, Span field) noexcept nogil:
        """Return a field without the quotes around it, if there are any."""
        cdef bint is_quoted = field.begin < field.end and self.text[field.begin] == self.quote
        return Span(field.begin + is_quoted, field.end - is_quoted)

    cdef inline Span stripped(self, Span field) noexcept nogil:
        """Return a field without the blanks around it."""
        while field.begin < field.end and is_blank(self.text[field.begin]):
            field.begin += 1
        while field.begin < field.end and is_blank(self.text[field.end - 1]):
            field.end -= 1
        return field

    cdef bint read_numbers(
        self, Py_ssize_t place, double low, double high, double[::1] into
    ) noexcept nogil:
        """Read a column of numbers; return whether all of them are accepted."""
        cdef Py_ssize_t row
        cdef Span field
        cdef double value
        for row in range(into.shape[0]):
            field = self.unquoted(self.span(self.firsts[row] + place))
            if not self.read_number(self.stripped(field), &value):
                return False
            if not (low <= value <= high and fabs(value) < INFINITY):
                return False
            into[row] = value + 0.0  # turns −0.0 into 0.0
        return True

    cdef inline bint read_number(self, Span field, double* value) noexcept nogil:
        """Read a field without blanks; return whether it is a number whose value fits a double."""
        cdef uint32_t digits = field.begin
        if digits < field.end and self.text[digits] in (c"+", c"-"):
            digits += 1
            if self.text[field.begin] == c"+":
                field.begin = digits  # from_chars takes no plus
        # It takes words, too: inf and nan. A number begins with a digit or a point.
        if digits == field.end or not begins_number(self.text[digits]):
            return False
        return read_decimal(self.text + field.begin, self.text + field.end, value[0])

    cdef int read_texts(
        self, Py_ssize_t place, Dictionary* dictionary, int64_t[::1] into
    ) except -1 nogil:
        """Read a column of texts as codes, and enter new ones into the dictionary."""
        cdef Py_ssize_t row
        for row in range(into.shape[0]):
            into[row] = dictionary.code(self.unquoted(self.span(self.firsts[row] + place)))
        return 0

    cdef tuple names(self, Dictionary* dictionary):
        cdef Span field
        cdef size_t code
        cdef bytes name, quote = bytes([self.quote])
        names = []
        for code in range(dictionary.size()):
            field = dictionary.field(code)
            name = self.data[field.begin : field.end]
            # A quote that is left is one half of a double.
            names.append(name.replace(2 * quote, quote).decode("utf-8"))
        return tuple(names)
