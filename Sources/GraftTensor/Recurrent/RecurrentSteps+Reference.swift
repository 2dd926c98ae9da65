import Foundation

// One step of a recurrent layer by its definition, in double precision: what the kernels are tested against. The arguments are
// those of the kernels.

/// `lstm_step`: the gates' arguments i, f, g, o side by side become their values.
package func lstmStepReference(
  _ gates: inout [Float], cell: [Float]
) -> (nextCell: [Float], hidden: [Float]) {
  let n = cell.count
  var (nextCell, hidden) = ([Float](), [Float]())
  for i in 0..<n {
    let (input, forget) = (sigmoid(gates[i]), sigmoid(gates[n + i]))
    let (candidate, output) = (tanh(Double(gates[2 * n + i])), sigmoid(gates[3 * n + i]))
    let next = forget * Double(cell[i]) + input * candidate
    (gates[i], gates[n + i]) = (Float(input), Float(forget))
    (gates[2 * n + i], gates[3 * n + i]) = (Float(candidate), Float(output))
    nextCell.append(Float(next))
    hidden.append(Float(output * tanh(next)))
  }
  return (nextCell, hidden)
}

/// `lstm_step_backward`: the gradients of the gates' arguments; `cellGradient` becomes that of the cell before.
package func lstmStepBackwardReference(
  gates: [Float], cell: [Float], nextCell: [Float], gradient: [Float], cellGradient: inout [Float]
) -> [Float] {
  let n = cell.count
  var out = [Float](repeating: 0, count: 4 * n)
  for i in 0..<n {
    let (input, forget) = (Double(gates[i]), Double(gates[n + i]))
    let (candidate, output) = (Double(gates[2 * n + i]), Double(gates[3 * n + i]))
    let (squashed, g) = (tanh(Double(nextCell[i])), Double(gradient[i]))
    let through = g * output * (1 - squashed * squashed) + Double(cellGradient[i])
    cellGradient[i] = Float(through * forget)
    out[i] = Float(through * candidate * input * (1 - input))
    out[n + i] = Float(through * Double(cell[i]) * forget * (1 - forget))
    out[2 * n + i] = Float(through * input * (1 - candidate * candidate))
    out[3 * n + i] = Float(g * squashed * output * (1 - output))
  }
  return out
}

/// `gru_step`: the arguments r, z, n of the input side by side become the gates' values.
package func gruStepReference(
  _ gates: inout [Float], recurrent: [Float], hidden: [Float]
) -> (next: [Float], fed: [Float]) {
  let n = hidden.count
  var next: [Float] = []
  for i in 0..<n {
    let reset = 1 / (1 + exp(-Double(gates[i]) - Double(recurrent[i])))
    let update = 1 / (1 + exp(-Double(gates[n + i]) - Double(recurrent[n + i])))
    let candidate = tanh(Double(gates[2 * n + i]) + reset * Double(recurrent[2 * n + i]))
    (gates[i], gates[n + i], gates[2 * n + i]) = (Float(reset), Float(update), Float(candidate))
    next.append(Float((1 - update) * candidate + update * Double(hidden[i])))
  }
  return (next, Array(recurrent[(2 * n)...]))
}

/// `gru_step_backward`: the gradients of both shares of the arguments; `gradient` becomes what the hidden state gets directly.
package func gruStepBackwardReference(
  gates: [Float], fed: [Float], hidden: [Float], gradient: inout [Float]
) -> (input: [Float], recurrent: [Float]) {
  let n = hidden.count
  var input = [Float](repeating: 0, count: 3 * n)
  var recurrent = input
  for i in 0..<n {
    let (reset, update, candidate) = (Double(gates[i]), Double(gates[n + i]), Double(gates[2 * n + i]))
    let g = Double(gradient[i])
    let inner = g * (1 - update) * (1 - candidate * candidate)
    let ofUpdate = g * (Double(hidden[i]) - candidate) * update * (1 - update)
    let ofReset = inner * Double(fed[i]) * reset * (1 - reset)
    gradient[i] = Float(g * update)
    (input[i], input[n + i], input[2 * n + i]) = (Float(ofReset), Float(ofUpdate), Float(inner))
    (recurrent[i], recurrent[n + i], recurrent[2 * n + i]) = (
      Float(ofReset), Float(ofUpdate), Float(inner * reset)
    )
  }
  return (input, recurrent)
}

private func sigmoid(_ x: Float) -> Double { 1 / (1 + exp(-Double(x))) }
