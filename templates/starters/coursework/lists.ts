/** Two ways to keep the squares of the numbers below `length`. */
export function squaresAsArray(length: number): number[] {
  const squares: number[] = [];
  for (let i = 0; i < length; i++) squares.push(i * i + 0.5);
  return squares;
}

export function squaresAsTypedArray(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => i * i + 0.5);
}
