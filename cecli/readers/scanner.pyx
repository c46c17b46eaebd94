# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: initializedcheck=False, freethreading_compatible=True
"""The compiled scanner: it finds all fields of a block, then reads the columns asked for.

Finding takes 64 bytes at a time, and keeps no more than where each field begins. Reading goes down
one column after another, so that no field is looked at that nobody asked for. Neither holds the
GIL, and there is no state outside of `Records`: blocks can be read on several threads.
"""

import numpy as np

from libc.math cimport INFINITY, fabs
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy


cdef extern from "marks.hpp" namespace "cecli" nogil:
    struct Marks:
        uint64_t ends, newlines, returns, refused

    Marks marks(const uint8_t* text, uint8_t delimiter, uint8_t quote) noexcept
    Marks first_of(Marks seen, int bytes) noexcept
    void prefetch(const uint8_t* text) noexcept
    int count(uint64_t bits) noexcept
    int write_begins(uint64_t ends, uint32_t offset, uint32_t* begins) noexcept
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
    STEP = 64
    AHEAD = 2048  # how far ahead memory is asked for: not all machines do so on their own
    MOST_BYTES = 0xffffffff  # positions have 32 bits


def find(
    bytes data, bytes delimiter, bytes quote, Py_ssize_t width, int64_t first_line
):
    r"""Return the records of a block that begins on first_line, or None if one is not regular.

    All end with a newline. Regular are unquoted records of `width` fields, and blank lines. NULs
    and carriage returns without a line feed are refused wherever they are; whether fields are UTF-8
    is not asked before they are read.
    """
    special = quote + b"\r\n\0"
    if len(quote) != 1 or len(delimiter) != 1 or delimiter in special or width < 1:
        return None
    if not (data.endswith(b"\n") or data == b"") or len(data) >= MOST_BYTES:
        return None
    cdef Records records = Records(data, width)
    cdef uint8_t separator = delimiter[0], mark = quote[0]
    cdef bint regular
    with nogil:
        regular = records.find_fields(separator, mark)
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
    # Field k of the block is text[begins[k] : begins[k + 1] - 1]. There are `fields` of them, and
    # room for more.
    cdef uint32_t* begins
    cdef Py_ssize_t fields, newlines, room
    # The first field of each row.
    cdef uint32_t[::1] firsts

    def __cinit__(self, bytes data, Py_ssize_t width):
        self.data = data
        self.text = data
        self.size = len(data)
        self.width = width

    def __dealloc__(self):
        free(self.begins)

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

    cdef bint find_fields(self, uint8_t delimiter, uint8_t quote) except -1 nogil:
        """Find where fields begin, and count the newlines; return whether no byte is refused."""
        cdef Py_ssize_t at = 0
        cdef uint64_t after_return = 0
        cdef Marks seen
        self.make_room(self.size // 8 + 2 * STEP)
        self.begins[0] = 0
        while at < self.size:
            prefetch(self.text + min(at + AHEAD, self.size))
            seen = self.marks_at(at, delimiter, quote)
            if seen.refused or ((seen.returns << 1) | after_return) & ~seen.newlines:
                return False
            after_return = seen.returns >> (STEP - 1)
            if self.fields + 1 + STEP > self.room:
                self.make_room(2 * self.room)
            self.fields += write_begins(seen.ends, at, self.begins + self.fields + 1)
            self.newlines += count(seen.newlines)
            at += STEP
        return True

    cdef inline Marks marks_at(
        self, Py_ssize_t at, uint8_t delimiter, uint8_t quote
    ) noexcept nogil:
        """Return the marks of the 64 bytes from there on, or of fewer where the block ends."""
        cdef uint8_t padded[STEP]
        cdef Py_ssize_t rest = self.size - at
        if rest >= STEP:
            return marks(self.text + at, delimiter, quote)
        memcpy(padded, self.text + at, rest)
        return first_of(marks(padded, delimiter, quote), rest)

    cdef int make_room(self, Py_ssize_t room) except -1 nogil:
        cdef void* begins = realloc(self.begins, room * sizeof(uint32_t))
        if begins == NULL:
            with gil:
                raise MemoryError
        self.begins = <uint32_t*> begins
        self.room = room
        return 0

    cdef bint find_rows(self, int64_t first_line) except -1:
        """Tell rows from blank lines; return whether there is nothing else."""
        lines, blank_lines = np.empty(self.newlines, np.int64), np.empty(self.newlines, np.int64)
        self.firsts = np.empty(self.newlines, np.uint32)
        cdef int64_t[::1] lines_into = lines, blank_lines_into = blank_lines
        cdef Py_ssize_t rows
        with nogil:
            rows = self.sort_lines(first_line, lines_into, blank_lines_into)
        if rows < 0:
            return False
        self.lines, self.blank_lines = lines[:rows], blank_lines[: self.newlines - rows]
        return True

    cdef Py_ssize_t sort_lines(
        self, int64_t first_line, int64_t[::1] lines, int64_t[::1] blank_lines
    ) noexcept nogil:
        """Return the number of rows, or -1 at a record of another width."""
        cdef Py_ssize_t line, first = 0, last, rows = 0
        for line in range(self.newlines):
            last = first
            while self.text[self.begins[last + 1] - 1] != c"\n":
                last += 1
            if last == first and self.holds_nothing(first):
                blank_lines[line - rows] = first_line + line
            elif last + 1 - first == self.width:
                lines[rows], self.firsts[rows] = first_line + line, first
                rows += 1
            else:
                return -1
            first = last + 1
        return rows

    cdef inline bint holds_nothing(self, Py_ssize_t field) noexcept nogil:
        cdef Span rest = self.stripped(self.span(field))
        return rest.begin == rest.end

    cdef inline Span span(self, Py_ssize_t field) noexcept nogil:
        """Return a field without the carriage return of the line's end."""
        cdef uint32_t begin = self.begins[field], end = self.begins[field + 1] - 1
        return Span(begin, end - (begin < end and self.text[end - 1] == c"\r"))

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
        cdef double value
        for row in range(into.shape[0]):
            if not self.read_number(self.stripped(self.span(self.firsts[row] + place)), &value):
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
            into[row] = dictionary.code(self.span(self.firsts[row] + place))
        return 0

    cdef tuple names(self, Dictionary* dictionary):
        cdef Span field
        cdef size_t code
        names = []
        for code in range(dictionary.size()):
            field = dictionary.field(code)
            names.append(self.data[field.begin : field.end].decode("utf-8"))
        return tuple(names)
