extension ArrayValue {
  /// The same shape with other elements, as many as these.
  public func withElements(_ elements: [Element]) -> ArrayValue {
    elements.count == self.elements.count
      ? ArrayValue(dimensions: dimensions, elements: elements) : ArrayValue(elements)
  }

  /// An array of equal elements.
  ///
  /// - Parameter lengths: The length of each dimension, as an array of integers.
  /// - Throws: 22004 for a null length, 2202E for other bad lengths, 54000 for too many elements.
  package init(filledWith element: Element, lengths: ArrayValue) throws(SQLError) {
    guard lengths.dimensions.count <= 1 else {
      throw SQLError(
        .arraySubscriptError, "wrong number of array subscripts", detail: "Dimension array must be one dimensional.")
    }
    guard lengths.elements.count <= Self.maximumDimensions else {
      throw Self.tooManyDimensions(lengths.elements.count)
    }
    var shape: [Int] = []
    var count = 1
    for length in lengths.elements {
      guard case .number(let digits) = length, let length = Int(digits) else {
        throw SQLError(SQLState(rawValue: "22004"), "dimension values cannot be null")
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: Swift.max(length, 0))
      guard !overflow, product <= Self.maximumCount else {
        throw SQLError(.programLimitExceeded, "array size exceeds the maximum allowed (\(Self.maximumCount))")
      }
      count = product
      shape.append(length)
    }
    if shape.isEmpty || count == 0 {
      self.init([])
    } else {
      self.init(dimensions: shape, elements: Array(repeating: element, count: count))
    }
  }

  /// The element at these subscripts; nil outside the array and for a wrong number of subscripts.
  package func element(at subscripts: [Int64]) -> Element? {
    guard subscripts.count == dimensions.count, !dimensions.isEmpty else { return nil }
    var position = 0
    for (index, length) in zip(subscripts, dimensions) {
      guard index >= 1, index <= Int64(length) else { return nil }
      position = position * length + Int(index - 1)
    }
    return elements[position]
  }

  /// The part within the bounds, of which nil are the array's own; empty when it is outside.
  ///
  /// Dimensions without bounds are taken whole.
  package func slice(_ bounds: [(low: Int64?, high: Int64?)]) -> ArrayValue {
    guard bounds.count <= dimensions.count else { return ArrayValue([]) }
    var ranges: [Range<Int>] = []
    for (index, length) in dimensions.enumerated() {
      let bound: (low: Int64?, high: Int64?) = index < bounds.count ? bounds[index] : (nil, nil)
      let low = Swift.max(bound.low ?? 1, 1)
      let high = Swift.min(bound.high ?? Int64(length), Int64(length))
      guard low <= high else { return ArrayValue([]) }
      ranges.append(Int(low - 1)..<Int(high))
    }
    var kept: [Element] = []
    func collect(_ dimension: Int, _ offset: Int) {
      for index in ranges[dimension] {
        let position = offset * dimensions[dimension] + index
        if dimension + 1 < dimensions.count {
          collect(dimension + 1, position)
        } else {
          kept.append(elements[position])
        }
      }
    }
    if !dimensions.isEmpty { collect(0, 0) }
    return ArrayValue(dimensions: ranges.map(\.count), elements: kept)
  }

  /// `array_cat`: arrays of one shape behind each other, or an array behind those of the dimension above.
  ///
  /// - Throws: 2202E when the dimensions do not fit.
  package func concatenated(with other: ArrayValue) throws(SQLError) -> ArrayValue {
    if dimensions.isEmpty { return other }
    if other.dimensions.isEmpty { return self }
    func incompatible(_ detail: String) -> SQLError {
      SQLError(.arraySubscriptError, "cannot concatenate incompatible arrays", detail: detail)
    }
    let (a, b) = (dimensions, other.dimensions)
    var shape: [Int]
    if a.count == b.count {
      guard a.dropFirst() == b.dropFirst() else {
        throw incompatible("Arrays with differing element dimensions are not compatible for concatenation.")
      }
      shape = a
      shape[0] += b[0]
    } else if a.count == b.count + 1 {
      guard Array(a.dropFirst()) == b else {
        throw incompatible("Arrays with differing dimensions are not compatible for concatenation.")
      }
      shape = a
      shape[0] += 1
    } else if a.count + 1 == b.count {
      guard Array(b.dropFirst()) == a else {
        throw incompatible("Arrays with differing dimensions are not compatible for concatenation.")
      }
      shape = b
      shape[0] += 1
    } else {
      throw incompatible(
        "Arrays of \(a.count) and \(b.count) dimensions are not compatible for concatenation.")
    }
    return ArrayValue(dimensions: shape, elements: elements + other.elements)
  }

  /// The array with one element more.
  ///
  /// - Throws: 22000 for more than one dimension.
  package func adding(_ element: Element, atStart: Bool) throws(SQLError) -> ArrayValue {
    guard dimensions.count <= 1 else {
      throw SQLError(SQLState(rawValue: "22000"), "argument must be empty or one-dimensional array")
    }
    return ArrayValue(atStart ? [element] + elements : elements + [element])
  }

  /// Whether every element of `other` is among these; a null is in no array.
  package func contains(_ other: ArrayValue, _ order: Order) -> Bool {
    other.elements.allSatisfy { wanted in
      !wanted.isNull && elements.contains { !$0.isNull && $0.compare(wanted, order) == 0 }
    }
  }

  package func overlaps(_ other: ArrayValue, _ order: Order) -> Bool {
    elements.contains { element in
      !element.isNull && other.elements.contains { !$0.isNull && $0.compare(element, order) == 0 }
    }
  }

  /// The element assigned at the subscripts, an array of one dimension growing as it needs to.
  ///
  /// - Throws: 2202E for subscripts outside an array of several dimensions, 0A000 for those below 1.
  package func assigning(_ element: Element, at subscripts: [Int64]) throws(SQLError) -> ArrayValue {
    if dimensions.isEmpty || dimensions.count == 1 && subscripts.count == 1 {
      guard subscripts.allSatisfy({ $0 == 1 }) || subscripts.count == 1 else {
        throw SQLError(.featureNotSupported, "arrays with lower bounds other than 1 are not supported")
      }
      if subscripts.count > 1 {
        return ArrayValue(dimensions: subscripts.map { _ in 1 }, elements: [element])
      }
      let index = subscripts[0]
      guard index >= 1, index == 1 || !dimensions.isEmpty else {
        throw SQLError(.featureNotSupported, "arrays with lower bounds other than 1 are not supported")
      }
      guard index <= Int64(Self.maximumCount) else {
        throw SQLError(.programLimitExceeded, "array size exceeds the maximum allowed (\(Self.maximumCount))")
      }
      var changed = elements
      while changed.count < Int(index) { changed.append(.null) }
      changed[Int(index) - 1] = element
      return ArrayValue(changed)
    }
    guard subscripts.count == dimensions.count else {
      throw SQLError(.arraySubscriptError, "wrong number of array subscripts")
    }
    var position = 0
    for (index, length) in zip(subscripts, dimensions) {
      guard index >= 1, index <= Int64(length) else {
        throw SQLError(.arraySubscriptError, "array subscript out of range")
      }
      position = position * length + Int(index - 1)
    }
    var changed = elements
    changed[position] = element
    return ArrayValue(dimensions: dimensions, elements: changed)
  }

  /// The first elements of `source` assigned to a slice, an array of one dimension growing as it needs to.
  ///
  /// - Parameter bounds: For each dimension, nil for the array's own bound; dimensions without bounds are taken whole.
  /// - Throws: 2202E for bounds outside an array of several dimensions or the wrong way round, and for a source that is
  ///   smaller than the slice; 0A000 for bounds below 1.
  package func assigning(_ source: ArrayValue, toSlice bounds: [(low: Int64?, high: Int64?)]) throws(SQLError)
    -> ArrayValue
  {
    var shape = dimensions
    if shape.isEmpty {
      for bound in bounds {
        guard let low = bound.low, let high = bound.high else {
          throw SQLError(
            .arraySubscriptError, "array slice subscript must provide both boundaries",
            detail: "When assigning to a slice of an empty array value, slice boundaries must be fully specified.")
        }
        try Self.checkSlice(low, high)
        shape.append(Int(high))
      }
      let count = shape.reduce(1, *)
      guard source.elements.count >= count else { throw Self.sourceTooSmall }
      return ArrayValue(dimensions: shape, elements: Array(source.elements.prefix(count)))
    }
    guard bounds.count <= shape.count else {
      throw SQLError(.arraySubscriptError, "wrong number of array subscripts")
    }
    var ranges = shape.map { 0..<$0 }
    for (index, bound) in bounds.enumerated() {
      let low = bound.low ?? 1
      let high = bound.high ?? Int64(shape[index])
      try Self.checkSlice(low, high, isEmpty: false)
      guard shape.count == 1 || high <= Int64(shape[index]) else {
        throw SQLError(.arraySubscriptError, "array subscript out of range")
      }
      ranges[index] = Int(low - 1)..<Int(high)
    }
    guard source.elements.count >= ranges.reduce(1, { $0 * $1.count }) else { throw Self.sourceTooSmall }
    var changed = elements
    if shape.count == 1 {
      while changed.count < ranges[0].upperBound { changed.append(.null) }
      shape[0] = changed.count
    }
    var next = 0
    func assign(_ dimension: Int, _ offset: Int) {
      for index in ranges[dimension] {
        let position = offset * shape[dimension] + index
        if dimension + 1 < shape.count {
          assign(dimension + 1, position)
        } else {
          changed[position] = source.elements[next]
          next += 1
        }
      }
    }
    assign(0, 0)
    return ArrayValue(dimensions: shape, elements: changed)
  }

  private static let sourceTooSmall = SQLError(.arraySubscriptError, "source array too small")

  private static func checkSlice(_ low: Int64, _ high: Int64, isEmpty: Bool = true) throws(SQLError) {
    guard low <= high else {
      throw SQLError(.arraySubscriptError, "upper bound cannot be less than lower bound")
    }
    guard isEmpty ? low == 1 : low >= 1 else {
      throw SQLError(.featureNotSupported, "arrays with lower bounds other than 1 are not supported")
    }
    guard high <= Int64(maximumCount) else {
      throw SQLError(.programLimitExceeded, "array size exceeds the maximum allowed (\(maximumCount))")
    }
  }
}
