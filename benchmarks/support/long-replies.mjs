/** The behaviour of a model server whose replies have so many words. */
export default ({ words }) => ({ reply: ({ choice }) => ` word${choice}`.repeat(words) });
