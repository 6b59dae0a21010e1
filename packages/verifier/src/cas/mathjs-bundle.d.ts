/** The bundle that mathjs ships for browsers, as far as it is used here; its types name the whole package only. */
declare module 'mathjs/lib/browser/math.js' {
  interface MathJs {
    readonly all: object;
    create(factories: object, config: { readonly number: 'Fraction' }): MathJs;
    simplify(text: string, scope: object, options: { readonly exactFractions: boolean }): { toString(): string };
  }
  const mathjs: MathJs;
  export default mathjs;
}
