"""Go's `sort.Sort` and `sort.SliceStable`, step for step.

The manifest's hash covers the order of exposes, endpoints and volumes. `sort.Sort` is a
pattern-defeating quicksort that leaves equal items in an order of its own above twelve items, and
the volume comparator is not even a strict order, so only the same steps give the same bytes
(shared reference, SDL rules 7 and 11). Written after the published algorithms: pdqsort
(arXiv 2106.05123) with Go's constants, SymMerge (Kim and Kutzner, 2004).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
Less = Callable[[T, T], bool]

_MAX_INSERTION = 12
_NINTHER = 50
_MAX_SWAPS = 12
_MASK = (1 << 64) - 1


def go_sort(items: list[T], less: Less[T]) -> None:
    """Sort in place like `sort.Sort`: not stable above twelve items, but always the same way."""
    n = len(items)
    if n <= _MAX_INSERTION:
        _Sorter(items, less).insertion(0, n)
    else:
        _Sorter(items, less).pdq(0, n, n.bit_length())


def go_stable(items: list[T], less: Less[T]) -> None:
    """Sort in place like `sort.SliceStable`: insertion in blocks of twenty, then SymMerge."""
    _Sorter(items, less).stable(len(items))


class _Sorter(Generic[T]):
    """The steps over one list; indexes are half-open ranges [a, b)."""

    __slots__ = ("items", "less_than")

    def __init__(self, items: list[T], less: Less[T]) -> None:
        self.items = items
        self.less_than = less

    def less(self, i: int, j: int) -> bool:
        return self.less_than(self.items[i], self.items[j])

    def swap(self, i: int, j: int) -> None:
        items = self.items
        items[i], items[j] = items[j], items[i]

    def insertion(self, a: int, b: int) -> None:
        for i in range(a + 1, b):
            j = i
            while j > a and self.less(j, j - 1):
                self.swap(j, j - 1)
                j -= 1

    # --- pdqsort --------------------------------------------------------------------------------

    def pdq(self, a: int, b: int, limit: int) -> None:
        balanced = partitioned = True
        while True:
            length = b - a
            if length <= _MAX_INSERTION:
                self.insertion(a, b)
                return
            if limit == 0:
                self.heap(a, b)
                return
            if not balanced:
                self.scatter(a, b)
                limit -= 1
            pivot, swaps = self.choose_pivot(a, b)
            increasing = swaps == 0
            if swaps == _MAX_SWAPS:
                self.items[a:b] = self.items[a:b][::-1]
                pivot = (b - 1) - (pivot - a)
                increasing = True
            if balanced and partitioned and increasing and self.partial_insertion(a, b):
                return
            if a > 0 and not self.less(a - 1, pivot):
                a = self.partition_equal(a, b, pivot)
                continue
            middle, partitioned = self.partition(a, b, pivot)
            left, right = middle - a, b - middle
            if left < right:
                balanced = left >= length // 8
                self.pdq(a, middle, limit)
                a = middle + 1
            else:
                balanced = right >= length // 8
                self.pdq(middle + 1, b, limit)
                b = middle

    def partition(self, a: int, b: int, pivot: int) -> tuple[int, bool]:
        self.swap(a, pivot)
        i, j = a + 1, b - 1
        moved = False
        while True:
            while i <= j and self.less(i, a):
                i += 1
            while i <= j and not self.less(j, a):
                j -= 1
            if i > j:
                self.swap(j, a)
                return j, not moved
            self.swap(i, j)
            moved = True
            i += 1
            j -= 1

    def partition_equal(self, a: int, b: int, pivot: int) -> int:
        self.swap(a, pivot)
        i, j = a + 1, b - 1
        while True:
            while i <= j and not self.less(a, i):
                i += 1
            while i <= j and self.less(a, j):
                j -= 1
            if i > j:
                return i
            self.swap(i, j)
            i += 1
            j -= 1

    def partial_insertion(self, a: int, b: int) -> bool:
        """Fix up to five out-of-order pairs; True if the range came out sorted."""
        i = a + 1
        for _ in range(5):
            while i < b and not self.less(i, i - 1):
                i += 1
            if i == b:
                return True
            if b - a < _NINTHER:
                return False
            self.swap(i, i - 1)
            if i - a >= 2:
                j = i - 1
                while j >= 1 and self.less(j, j - 1):
                    self.swap(j, j - 1)
                    j -= 1
            if b - i >= 2:
                j = i + 1
                while j < b and self.less(j, j - 1):
                    self.swap(j, j - 1)
                    j += 1
        return False

    def scatter(self, a: int, b: int) -> None:
        """Break patterns with a xorshift generator seeded by the length."""
        length = b - a
        if length < 8:
            return
        seed = length
        modulus = 1 << length.bit_length()
        first = a + (length // 4) * 2 - 1
        for index in range(first, first + 3):
            seed ^= (seed << 13) & _MASK
            seed ^= seed >> 7
            seed ^= (seed << 17) & _MASK
            other = seed & (modulus - 1)
            if other >= length:
                other -= length
            self.swap(index, a + other)

    def choose_pivot(self, a: int, b: int) -> tuple[int, int]:
        """The pivot's index, and how many swaps its median took: 0 rising, 12 falling."""
        length = b - a
        quarter = length // 4
        i, j, k = a + quarter, a + quarter * 2, a + quarter * 3
        swaps = 0
        if length >= _NINTHER:
            i, swaps = self.median(i - 1, i, i + 1, swaps)
            j, swaps = self.median(j - 1, j, j + 1, swaps)
            k, swaps = self.median(k - 1, k, k + 1, swaps)
        return self.median(i, j, k, swaps)

    def median(self, a: int, b: int, c: int, swaps: int) -> tuple[int, int]:
        if self.less(b, a):
            a, b, swaps = b, a, swaps + 1
        if self.less(c, b):
            b, c, swaps = c, b, swaps + 1
        if self.less(b, a):
            a, b, swaps = b, a, swaps + 1
        return b, swaps

    def heap(self, a: int, b: int) -> None:
        size = b - a
        for i in range((size - 1) // 2, -1, -1):
            self.sift(i, size, a)
        for i in range(size - 1, -1, -1):
            self.swap(a, a + i)
            self.sift(0, i, a)

    def sift(self, root: int, size: int, first: int) -> None:
        while True:
            child = 2 * root + 1
            if child >= size:
                return
            if child + 1 < size and self.less(first + child, first + child + 1):
                child += 1
            if not self.less(first + root, first + child):
                return
            self.swap(first + root, first + child)
            root = child

    # --- stable ---------------------------------------------------------------------------------

    def stable(self, n: int) -> None:
        block = 20
        for a in range(0, n, block):
            self.insertion(a, min(a + block, n))
        while block < n:
            a = 0
            while a + 2 * block <= n:
                self.sym_merge(a, a + block, a + 2 * block)
                a += 2 * block
            if a + block < n:
                self.sym_merge(a, a + block, n)
            block *= 2

    def sym_merge(self, a: int, m: int, b: int) -> None:
        items = self.items
        if m - a == 1:
            low, high = m, b
            while low < high:
                half = (low + high) // 2
                if self.less(half, a):
                    low = half + 1
                else:
                    high = half
            items.insert(low - 1, items.pop(a))
            return
        if b - m == 1:
            low, high = a, m
            while low < high:
                half = (low + high) // 2
                if not self.less(m, half):
                    low = half + 1
                else:
                    high = half
            items.insert(low, items.pop(m))
            return
        middle = (a + b) // 2
        total = middle + m
        start, right = (total - b, middle) if m > middle else (a, m)
        while start < right:
            half = (start + right) // 2
            if not self.less(total - 1 - half, half):
                start = half + 1
            else:
                right = half
        end = total - start
        if start < m < end:
            items[start:end] = items[m:end] + items[start:m]
        if a < start < middle:
            self.sym_merge(a, start, middle)
        if middle < end < b:
            self.sym_merge(middle, end, b)
