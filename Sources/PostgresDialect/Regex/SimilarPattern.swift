/// SQL's own patterns, of SIMILAR TO and `substring(… similar … escape …)`, as regular expressions.
/// Source: <https://www.postgresql.org/docs/15/functions-matching.html#FUNCTIONS-SIMILARTO-REGEXP>
public enum SimilarPattern {
  /// The regular expression that means the same.
  ///
  /// - Parameter escape: One character, or empty for none.
  /// - Throws: 22025 for a longer escape, 2200C for more than two separators.
  public static func regex(_ pattern: String, escape: String = "\\") throws(SQLError) -> String {
    let escapes = Array(escape.unicodeScalars)
    guard escapes.count <= 1 else {
      throw SQLError(
        SQLState(rawValue: "22025"), "invalid escape string", hint: "Escape string must be empty or one character.")
    }
    var result = "^(?:"
    var isEscaped = false
    var isInsideBrackets = false
    var separatorCount = 0
    for scalar in pattern.unicodeScalars {
      if isEscaped {
        isEscaped = false
        if scalar == "\"" && !isInsideBrackets {
          // The two separators enclose the part that substring gives; what stands before it is as short as it can.
          switch separatorCount {
          case 0: result += "){1,1}?("
          case 1: result += "){1,1}(?:"
          default:
            throw SQLError(
              SQLState(rawValue: "2200C"),
              "SQL regular expression may not contain more than two escape-double-quote separators")
          }
          separatorCount += 1
        } else {
          result += "\\"
          result.unicodeScalars.append(scalar)
        }
      } else if scalar == escapes.first {
        isEscaped = true
      } else if isInsideBrackets {
        if scalar == "\\" { result += "\\" }
        result.unicodeScalars.append(scalar)
        if scalar == "]" { isInsideBrackets = false }
      } else {
        switch scalar {
        case "[":
          isInsideBrackets = true
          result += "["
        case "%": result += ".*"
        case "_": result += "."
        case "(": result += "(?:"
        case "\\", ".", "^", "$":
          result += "\\"
          result.unicodeScalars.append(scalar)
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + ")$"
  }
}
